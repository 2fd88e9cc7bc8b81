/** The unit that joins the two halves of a node's build, and the script that asks how far the first one is. */
import { fileOf } from "../files";
import { tell } from "../life";
import { hasStoppedPreparing } from "../phases";
import { scriptOf, variable } from "../userData";
import { freeBytes } from "./system";
import { fail, type Invocation, type NodeCommand, type Output, succeed } from "./command";

export const PREPARED_SCRIPT = "# tfe-repave: prepared";

/** Prints what the first half has come to; a test holds the script to the same. */
export const preparedScript: NodeCommand = { takes: 300, end: printPreparation };

function printPreparation({ instance }: Invocation): Output {
  const { node } = instance;
  const phase =
    node.toldAt !== undefined
      ? "started"
      : node.phase === "prepared"
        ? "prepared"
        : hasStoppedPreparing(instance)
          ? "failed"
          : "preparing";
  const answer = {
    phase,
    ...(phase === "prepared" || phase === "started"
      ? {
          release: variable(scriptOf(instance), "RELEASE") ?? "",
          image: fileOf(instance, "/etc/tfe/image")?.trim() ?? "",
          missing: [],
          diskFree: freeBytes(instance),
        }
      : {}),
    ...(phase === "failed" ? { why: node.error ?? "" } : {}),
  };
  return succeed(`${JSON.stringify(answer)}\n`);
}

const UNIT = /^tfe-repave-start(?:\.service)?$/;

/** `systemctl start` of that unit; undefined: the words are about something else. */
export function startUnit(args: readonly string[]): NodeCommand | undefined {
  const [verb = "", unit = ""] = args.filter((word) => !word.startsWith("-"));
  return verb === "start" && UNIT.test(unit) ? START : undefined;
}

const START: NodeCommand = {
  takes: 100,
  begin({ state, instance }) {
    tell(state, instance);
    return undefined;
  },
  end: ({ instance: { node } }) =>
    node.toldAt === undefined
      ? fail(5, "Failed to start tfe-repave-start.service: Unit tfe-repave-start.service not found.\n")
      : succeed(""),
};
