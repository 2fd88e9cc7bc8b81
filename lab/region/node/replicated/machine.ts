import type { Instance, RegionState } from "../../model";
import { SINCE } from "../../releases";
import { besideApplication, type Listed } from "../beside";
import { appRuns } from "../phases";

/** Files that the installation leaves on the machine, by path. */
export function filesOf({ node }: Instance): Readonly<Record<string, string | undefined>> {
  if (node.release === 0) return {};
  const settings = Object.entries(node.builtSettings).map(([key, value]) => [key, { value }]);
  return {
    "/etc/replicated.conf": `${JSON.stringify({ ReleaseSequence: node.release })}\n`,
    "/etc/ptfe-settings.json": `${JSON.stringify(Object.fromEntries(settings), undefined, 2)}\n`,
  };
}

/** Replicated's own containers, the application's, and one for each job. */
export function containersOf(state: RegionState, instance: Instance): readonly Listed[] {
  const { release } = instance.node;
  const application = appRuns(instance)
    ? ["ptfe_nginx", "ptfe_atlas", "ptfe_archivist", "ptfe_vault", "tfe-admin"]
    : [];
  return [
    { image: "replicated/replicated:current", name: "replicated" },
    { image: "replicated/replicated-operator:current", name: "replicated-operator" },
    ...application.map((name) => ({ image: `hashicorp/${name.replace("_", "-")}:${release}`, name })),
    ...besideApplication(state, instance, { usualImage: runImage(instance), prefix: "worker" }),
  ];
}

/** A site's own image, where its settings name one for this kind of runs; otherwise the vendor's. */
function runImage({ node }: Instance): string {
  const { run_pipeline_mode: mode, tbw_image: worker, ...settings } = node.settingsInEffect;
  const isAgent = node.release >= SINCE.agent || mode === "agent";
  const own = isAgent
    ? settings["custom_agent_image_tag"]
    : worker === "custom_image"
      ? settings["custom_image_tag"]
      : undefined;
  return own ?? (isAgent ? "hashicorp/tfc-agent:now" : "hashicorp/build-worker:now");
}
