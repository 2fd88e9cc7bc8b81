import { randomBytes } from "node:crypto";
import { ttyPrompt } from "../../wiring/machine";
import type { RunFinished } from "../../domain/events";
import { operate, type Operation, type OperationOptions } from "../../operations/operation";
import type { FleetSeen } from "../../fleet/observe";
import type { Target } from "../../wiring/target";
import { onTarget } from "./onTarget";
import { EXIT_CODES } from "./exitCodes";
import { reporterFor, type Io, type StackOptions } from "../io";

export interface NodeOptions extends StackOptions {
  /** Ids of the nodes that are meant; all where none is named. */
  readonly node?: readonly string[];
}

export interface OperationCommandOptions extends NodeOptions {
  readonly yes?: boolean;
}

/** What an operation is given of a stack. */
export const operationOptions = (target: Target, options: OperationCommandOptions, io: Io): OperationOptions => ({
  stack: target.stackName,
  // Receivers of notices about runs get none about these.
  ports: { ...target.ports, reporter: reporterFor(options, io)(target.ports.clock) },
  policy: target.policy,
  prompt: ttyPrompt({ yes: options.yes === true || target.isLab, signal: io.signal }),
  signal: io.signal,
  nonce: randomBytes(2).toString("hex"),
});

/** Opens the stack and acts on its nodes. Resolves to the exit code. `after` is called with how it ended. */
export async function operateOn(
  options: OperationCommandOptions,
  io: Io,
  prepare: (seen: FleetSeen, target: Target) => Operation | Promise<Operation>,
  after: (finished: RunFinished, target: Target) => void = () => undefined,
): Promise<number> {
  return onTarget(options, io, async (target) => {
    const finished = await operate((seen) => prepare(seen, target), operationOptions(target, options, io));
    after(finished, target);
    return EXIT_CODES[finished.outcome];
  });
}
