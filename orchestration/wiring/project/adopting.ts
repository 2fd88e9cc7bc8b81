/** What a stack needs before it takes over a fleet that other code built: a complete file, and itself with no node. */
import { existsSync, readFileSync } from "node:fs";
import type { StackConfig } from "../../../infra/config/index";
import type { StackOutputs } from "../../../infra/contract";
import { replaceFile } from "../../adapters/machine/files";
import type { EngineStackPort, Makeable } from "../../adapters/pulumi/stack";
import { withMissingKeys } from "../../adapters/pulumi/stackFile";
import type { ResourceChange } from "../../domain/changes";
import { RepaveError } from "../../domain/errors";
import { valuesIn } from "../../init/stackFile";
import { groupEntries } from "../../init/fromGroup";
import { readUserData } from "../../init/userData/read";
import { openRunningFleet } from "./runningFleet";
import { readStack, stackFileOf } from "../stacks";

export interface Adopting {
  /** The group that has the nodes; undefined: what the stack's file names, or the only one of a lab. */
  readonly fromGroup: string | undefined;
  /** Asks whether these resources are to be created. Throws where they are not. */
  readonly agree: (created: readonly ResourceChange[]) => Promise<void>;
}

/** The fleet that stands in a lab. */
export interface LabFleet {
  /** Undefined: it is the stack's own. */
  readonly elsewhere:
    | {
        readonly groupName: string;
        /** What nobody can read from the fleet, by key without the project's name. */
        readonly stackKeys: Readonly<Record<string, unknown>>;
      }
    | undefined;
  readonly note: (line: string) => void;
}

/**
 * Writes into the stack's file what it lacks. Outside of a lab that is the name of the group alone: the rest is the operator's, and
 * `init --from-group` writes it. Throws `STACK_UNKNOWN`, `ADOPTION_IMPOSSIBLE`.
 */
export async function completeFile(
  stackName: string,
  { fromGroup }: Adopting,
  lab: LabFleet | undefined,
): Promise<void> {
  const file = stackFileOf(stackName);
  if (!existsSync(file)) readStack(stackName);
  const lacking = lab ? await keysInLab(lab) : fromGroup === undefined ? {} : { formerGroup: fromGroup };
  const before = readFileSync(file, "utf8");
  const after = withMissingKeys(before, lacking);
  if (after !== before) await replaceFile(file, after);
  const { formerGroup } = readStack(stackName).config;
  if (formerGroup === undefined)
    throw new RepaveError("ADOPTION_IMPOSSIBLE", `${file} names no former group`, {
      next: "Name the group that has the nodes: --from-group <name>.",
    });
  if (fromGroup !== undefined && fromGroup !== formerGroup)
    throw new RepaveError("ADOPTION_IMPOSSIBLE", `${file} says tfe:formerGroup: ${formerGroup}, and not ${fromGroup}`, {
      next: "Correct tfe:formerGroup in the stack file.",
    });
}

/** What `init --from-group` reads of the fleet that stands there, and what cannot be read. */
async function keysInLab({ elsewhere, note }: LabFleet): Promise<Readonly<Record<string, unknown>>> {
  if (!elsewhere)
    throw new RepaveError("ADOPTION_IMPOSSIBLE", "this lab's fleet is the stack's own", {
      next: "Use a lab with another estate: npm run adopt -- --stack lab-vendor --estate vendor-module.",
    });
  const fleet = await openRunningFleet({ note }, (port) => port.read(elsewhere.groupName));
  return { ...valuesIn(groupEntries(fleet, readUserData(fleet.template.userData))), ...elsewhere.stackKeys };
}

/**
 * Builds the stack with no node. It may create resources, and change nothing that exists. Throws `UNEXPECTED_CHANGES`,
 * `ADOPTION_IMPOSSIBLE` where the file asks for nodes.
 */
export async function buildEmpty(
  engine: Pick<EngineStackPort, "preview" | "apply" | "outputs"> & Makeable,
  { nodeCount }: Pick<StackConfig, "nodeCount">,
  { agree, note }: Adopting & { readonly note: (line: string) => void },
): Promise<StackOutputs | undefined> {
  if (nodeCount !== 0)
    throw new RepaveError(
      "ADOPTION_IMPOSSIBLE",
      `the stack would be built with ${nodeCount} nodes beside those that serve`,
      {
        next: "Set tfe:nodeCount: 0 in the stack file. The adoption itself raises it.",
      },
    );
  await engine.make();
  const changes = await engine.preview({});
  const others = changes.filter(({ op }) => op !== "create" && op !== "read");
  if (others.length > 0) {
    const named = others.map(({ op, type, name }) => `${op} ${type} ${name}`);
    throw new RepaveError("UNEXPECTED_CHANGES", `the first build of the stack must create only: ${named.join("; ")}`);
  }
  await agree(changes);
  note(`building the stack with no node (${changes.length} resources)`);
  await engine.apply({});
  return engine.outputs();
}
