/** The script that stops a node's application for good, and takes that back. */
import { besideApplication } from "../beside";
import { resumeApplication, stopApplication } from "../life";
import { appRuns } from "../phases";
import { type Invocation, type NodeCommand, type Output, succeed, type Wait } from "./command";

export const RETIRE_SCRIPT = "# tfe-repave: retire";

/** A test holds the script to the same. */
export const retireScript: NodeCommand = { takes: 600, begin, end };

function begin({ state, instance, args: [verb] }: Invocation): Wait | undefined {
  const { node } = instance;
  if (verb === "retire") {
    node.isRetired = true;
    stopApplication(state, instance);
    return appRuns(instance) ? { for: "app" } : undefined;
  }
  if (node.isRetired === true) resumeApplication(state, instance);
  node.isRetired = false;
  return undefined;
}

function end({ state, instance, args: [verb, , , ...units] }: Invocation): Output {
  if (verb !== "retire") return succeed("");
  const runs = appRuns(instance);
  const left = besideApplication(state, instance, { usualImage: "hashicorp/tfc-agent", prefix: "run" });
  const containers = [...(runs ? [{ image: "hashicorp/terraform-enterprise", name: "application" }] : []), ...left];
  return succeed(
    [
      ...units.map((unit) => `unit ${unit} disabled ${runs ? "active" : "inactive"}`),
      ...containers.map(({ image, name }) => `container ${image} ${name}`),
      `processes ${containers.length}`,
      "end",
      "",
    ].join("\n"),
  );
}
