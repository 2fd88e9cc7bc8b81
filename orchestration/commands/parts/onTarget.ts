import { lazily } from "../../adapters/machine/lazy";
import type * as wiring from "../../wiring/target";
import type * as records from "../../wiring/runs";
import { targetOptions, type Io, type StackOptions } from "../io";

/**
 * What opens a stack. With it come the packages of Pulumi and AWS, the greater part of a command's start: it is loaded when a stack
 * is opened, so that help, completion, and a command line that is not valid do without.
 */
export const composition = (): typeof wiring => lazily("../../wiring/target", __filename) as typeof wiring;

/** Acts on what was opened, and closes it, whatever came of it. */
export async function during<O extends { close(): unknown }, T>(opened: O, act: (opened: O) => Promise<T>): Promise<T> {
  try {
    return await act(opened);
  } finally {
    await opened.close();
  }
}

/** Opens the stack, acts on it, and closes it. */
export async function onTarget<T>(
  options: StackOptions,
  io: Io,
  act: (target: wiring.Target) => Promise<T>,
): Promise<T> {
  return during(await composition().openTarget(targetOptions(options, io)), act);
}

/** The same with the runs of a stack alone: no engine, no fleet, no lab is needed to read them. */
export async function onRuns<T>(stack: string | undefined, act: (runs: records.Runs) => Promise<T>): Promise<T> {
  const { openRuns } = lazily("../../wiring/runs", __filename) as typeof records;
  return during(await openRuns(stack), act);
}
