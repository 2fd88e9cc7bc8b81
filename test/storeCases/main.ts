/**
 * `npm run store-cases -- 100000 [first seed]`: that many cases of a run store that somebody else wrote to, half of them in a folder
 * and half in a bucket. Prints each case that went wrong with its seed, which plays it again, and what it took.
 */
import { runCase } from "./cases";
import { bucketShape, folderShape } from "./shapes";

/** Of the processor: other work on the machine does not count. */
const SLOW_MS = 5_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const [count = 1_000, first = 1] = process.argv.slice(2).map(Number);
  const shapes = [folderShape(), bucketShape()] as const;
  const outcomes = new Map<string, number>();
  const started = Date.now();
  let [failures, slowest, peak] = [0, 0, 0];
  for (let seed = first; seed < first + count; seed += 1) {
    const since = process.cpuUsage();
    const { wrong, outcome } = await runCase(seed, shapes[seed % 2 === 0 ? 0 : 1]);
    const { user, system } = process.cpuUsage(since);
    const took = (user + system) / 1_000;
    slowest = Math.max(slowest, took);
    peak = Math.max(peak, process.memoryUsage().rss);
    const all = took > SLOW_MS ? [...wrong, `it took ${Math.round(took)} ms`] : wrong;
    if (all.length > 0) failures += 1;
    for (const each of all) say(`seed ${seed} (${outcome}): ${each}`);
    for (const each of outcome.split(", ")) outcomes.set(each, (outcomes.get(each) ?? 0) + 1);
  }
  for (const shape of shapes) shape.close();
  for (const [outcome, times] of [...outcomes].sort((a, b) => b[1] - a[1]))
    say(`${String(times).padStart(7)}  ${outcome}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  say(
    `${count} cases, ${failures} wrong, ${seconds} s; the slowest took ${Math.round(slowest)} ms of the processor; at most ${Math.round(peak / 1024 ** 2)} MB`,
  );
  process.exitCode = failures === 0 ? 0 : 1;
}

void main();
