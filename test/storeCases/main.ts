/**
 * `npm run store-cases -- 100000 [first seed] [processes]`: that many cases of a run store that somebody else wrote to, half of them
 * in a folder and half in a bucket. Prints each case that went wrong with its seed, which plays it again, and what it took. Default:
 * a process for each processor.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { runCase } from "./cases";
import { makeFilesPrompt } from "./promptFiles";
import { bucketShape, folderShape } from "./shapes";

/** Of the processor: other work on the machine does not count. */
const SLOW_MS = 5_000;

/** What came of some cases. */
interface Tally {
  readonly cases: number;
  readonly failures: number;
  readonly slowest: number;
  readonly peak: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function play(count: number, first: number): Promise<Tally> {
  makeFilesPrompt();
  const shapes = [folderShape(), bucketShape()] as const;
  const outcomes: Record<string, number> = {};
  let [failures, slowest, peak] = [0, 0, 0];
  let [seed, stopped] = [first, false];
  // What was played until then counts.
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => (stopped = true));
  for (; seed < first + count && !stopped; seed += 1) {
    const since = process.cpuUsage();
    const { wrong, outcome } = await runCase(seed, shapes[seed % 2 === 0 ? 0 : 1]);
    const { user, system } = process.cpuUsage(since);
    const took = (user + system) / 1_000;
    slowest = Math.max(slowest, took);
    peak = Math.max(peak, process.memoryUsage.rss());
    const all = took > SLOW_MS ? [...wrong, `it took ${Math.round(took)} ms`] : wrong;
    if (all.length > 0) failures += 1;
    for (const each of all) say(`seed ${seed} (${outcome}): ${each}`);
    for (const each of outcome.split(", ")) outcomes[each] = (outcomes[each] ?? 0) + 1;
  }
  for (const shape of shapes) shape.close();
  return { cases: seed - first, failures, slowest, peak, outcomes };
}

/** Plays them in a process of their own. Rejects if it ends without a tally. */
const elsewhere = (count: number, first: number): Promise<Tally> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [String(count), String(first), PART]);
    child.once("message", (tally) => resolve(tally as Tally));
    child.once("exit", (code) =>
      reject(new Error(`the process of seeds ${first} ff. ended (${code ?? "by a signal"})`)),
    );
  });

const PART = "part";

async function main(): Promise<void> {
  const [count = 1_000, first = 1] = process.argv.slice(2, 4).map(Number);
  const how = process.argv[4];
  if (how === PART) {
    process.send?.(await play(count, first));
    process.disconnect();
    return;
  }
  const processes = Math.max(1, Math.min(Number(how ?? availableParallelism()), count));
  const started = Date.now();
  const each = Math.ceil(count / processes);
  const parts = Array.from({ length: processes }, (_, index) => {
    const from = index * each;
    return [Math.max(0, Math.min(each, count - from)), first + from] as const;
  });
  const tallies = await Promise.all(parts.map((part) => (processes === 1 ? play(...part) : elsewhere(...part))));
  const outcomes = new Map<string, number>();
  for (const tally of tallies)
    for (const [outcome, times] of Object.entries(tally.outcomes))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
  for (const [outcome, times] of [...outcomes].sort((a, b) => b[1] - a[1]))
    say(`${String(times).padStart(7)}  ${outcome}`);
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const [cases, failures] = [sum((tally) => tally.cases), sum((tally) => tally.failures)];
  const most = (of: (tally: Tally) => number): number => Math.round(Math.max(...tallies.map(of)));
  const seconds = Math.round((Date.now() - started) / 1000);
  say(
    `${cases} cases, ${failures} wrong, ${seconds} s; the slowest took ${most((each) => each.slowest)} ms of the processor; ` +
      `at most ${most((each) => each.peak / 1024 ** 2)} MB in each of ${processes} processes`,
  );
  process.exitCode = failures === 0 ? 0 : 1;
}

void main();
