import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Case } from "./case";
import type { Course } from "./course";
import { type Grounds, openGrounds } from "./lab";
import { notPlayed, playCase, type Result } from "./play";

export interface TortureOptions {
  /** Of everything that the cases make; to be removed by who made it. */
  readonly folder: string;
  /** Where what a failed case left behind is copied to. */
  readonly keep: string | undefined;
  readonly speed: number;
  readonly course: Course;
  readonly workers: number;
  readonly minutes: number;
  /** Ends the case under way, and with it everything. */
  readonly signal: AbortSignal;
  readonly tell: (result: Result) => void;
}

/** Plays all cases, each on an estate of its own, as many at once as there are workers. */
export async function torture(cases: readonly Case[], options: TortureOptions): Promise<readonly Result[]> {
  const { folder, speed, course, signal, tell } = options;
  const deadline = Date.now() + options.minutes * 60_000;
  const waiting = [...cases];
  const results: Result[] = [];
  const conclude = (result: Result): void => {
    results.push(result);
    tell(result);
  };
  async function work(place: string): Promise<void> {
    const grounds: Grounds = await openGrounds(place, speed, course);
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const why = signal.aborted ? "stopped by a signal" : Date.now() > deadline ? "the time was over" : undefined;
        const result = why === undefined ? await playCase(next, grounds, speed, signal) : notPlayed(next, why);
        if (result.verdict === "failed" && why === undefined) await keep(place, result.case, options.keep);
        conclude(result);
      }
    } finally {
      await grounds.close();
    }
  }
  const workers = Math.min(options.workers, cases.length);
  await Promise.all(Array.from({ length: workers }, (_, index) => work(join(folder, `worker-${index}`))));
  return results;
}

async function keep(place: string, name: string, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const kept = join(folder, name.replace(/[^\w.-]+/g, "-").slice(0, 120));
  await rm(kept, { recursive: true, force: true });
  await mkdir(kept, { recursive: true });
  await cp(join(place, "lab"), kept, { recursive: true });
}
