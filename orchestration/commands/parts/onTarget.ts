import { lazily } from "../../adapters/machine/lazy";
import type * as wiring from "../../wiring/target";
import type * as records from "../../wiring/runs";
import { targetOptions, type Io, type StackOptions } from "../io";

/**
 * What opens a stack. With it come the packages of Pulumi and AWS, the greater part of a command's start: it is loaded when a stack
 * is opened, so that help, completion, and a command line that is not valid do without.
 */
export const composition = (): typeof wiring => lazily("../../wiring/target", __filename) as typeof wiring;

/** Opens the stack, acts on it, and closes it, whatever came of it. */
export async function onTarget<T>(
  options: StackOptions,
  io: Io,
  act: (target: wiring.Target) => Promise<T>,
): Promise<T> {
  const target = await composition().openTarget(targetOptions(options, io));
  try {
    return await act(target);
  } finally {
    await target.close();
  }
}

/** The same with the runs of a stack alone: no engine, no fleet, no lab is needed to read them. */
export async function onRuns<T>(stack: string | undefined, act: (runs: records.Runs) => Promise<T>): Promise<T> {
  const { openRuns } = lazily("../../wiring/runs", __filename) as typeof records;
  const runs = await openRuns(stack);
  try {
    return await act(runs);
  } finally {
    runs.close();
  }
}
