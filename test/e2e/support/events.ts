import type { RunEvent } from "../../../orchestration/domain/events";
import type { PrintedFinish } from "../../support/printed";
import type { Verdict } from "../../../lab/region/model";

export type Finished = PrintedFinish & { readonly witness: Verdict };

/** Ids of the steps of a run with so many hops, in their order. */
export function stepsOf(hops: number): string[] {
  const hop = ["stage", "proveBoot", "drain", "backup", "scaleToZero", "scaleToOne", "gate"];
  return ["preflight", "claim", "fence", ...Array<string[]>(hops).fill(hop).flat(), "scaleOut", "verify"];
}

/** The lines of a `--json` command. */
export function eventsIn(stdout: string): RunEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RunEvent);
}

export function finishedIn(stdout: string): Finished {
  const last = eventsIn(stdout).at(-1);
  if (last?.event !== "run.finished") throw new Error(`the last line is not run.finished: ${JSON.stringify(last)}`);
  return last as object as Finished;
}

/** Ids of the steps that were walked to their end, in the order in which that happened. */
export function stepsIn(stdout: string): string[] {
  return eventsIn(stdout).flatMap((event) => (event.event === "step.finished" ? [event.step] : []));
}

/** Sum of the outage's parts, in seconds. */
export function sumOfParts({ outageParts }: PrintedFinish): number {
  return Object.values(outageParts ?? {}).reduce((sum, part) => sum + part, 0);
}

/** Why a run stopped, for a test's message; undefined: it did not. */
export function failureIn(stdout: string): string | undefined {
  const failed = eventsIn(stdout).find((event) => event.event === "run.failed");
  return failed && `${failed.step}: ${failed.code} ${failed.detail}`;
}
