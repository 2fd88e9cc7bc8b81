import { setTimeout as delay } from "node:timers/promises";
import { type Case, Failure, Missed, type Verdict } from "./case";
import type { CaseLab, Grounds } from "./lab";
import { tally, type Tally } from "./shortcomings";

export interface Result extends Tally {
  readonly case: string;
  readonly verdict: Verdict | "failed";
  readonly why: string;
  /** Commands that were given. */
  readonly commands: number;
  /** Real seconds. */
  readonly seconds: number;
}

const DEFAULT_LIMIT = 240;

/** How often a case is played whose blow is not struck: some moments last milliseconds. */
const TRIES = 4;

/** Plays a case, and anew where its moment was missed. */
export async function playCase(each: Case, grounds: Grounds, speed: number, signal: AbortSignal): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const { missed, ...result } = await playOnce(each, grounds, speed, signal);
    if (!missed || tries === TRIES) return result;
  }
}

/** On a fresh estate, within its time; leaves no process of it behind. */
async function playOnce(
  each: Case,
  grounds: Grounds,
  speed: number,
  signal: AbortSignal,
): Promise<Result & { readonly missed: boolean }> {
  const since = Date.now();
  const estate = await grounds.reset(each.speed ?? speed, each.bare);
  const why: string[] = [];
  let verdict: Result["verdict"] = "failed";
  let missed = false;
  try {
    verdict = await within(each.limitSeconds ?? DEFAULT_LIMIT, signal, each.play(estate));
  } catch (error) {
    missed = error instanceof Missed;
    why.push(error instanceof Failure ? error.message : String(error instanceof Error ? error.stack : error));
  }
  const orphans = await endAll(estate);
  if (orphans > 0) why.push(`${orphans} processes that the product had started went on without it`);
  return {
    case: each.name,
    verdict: orphans > 0 ? "failed" : verdict,
    why: why.join("; "),
    commands: estate.operators.length,
    seconds: Math.round((Date.now() - since) / 100) / 10,
    missed,
    ...tally(estate),
  };
}

export function notPlayed({ name }: Case, why: string): Result {
  const nothing: Tally = { overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, fenceLeft: 0, leaseLeft: 0 };
  return { case: name, verdict: "failed", why, commands: 0, seconds: 0, ...nothing };
}

async function within<T>(seconds: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = async (): Promise<never> => {
    await delay(seconds * 1000, undefined, { signal: AbortSignal.any([signal, done.signal]) }).catch(() => undefined);
    throw new Failure(signal.aborted ? "stopped by a signal" : `it took longer than ${seconds} s`);
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    done.abort();
    work.catch(() => undefined);
  }
}

/** Ends what still runs of the case; answers how many processes had outlived their command. */
export async function endAll(estate: CaseLab): Promise<number> {
  let orphans = 0;
  for (const operator of estate.operators) {
    if (operator.isRunning()) {
      await operator.kill("everything");
      await operator.ended;
    }
    orphans += (await operator.cleanUp()).length;
  }
  return orphans;
}
