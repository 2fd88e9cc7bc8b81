import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allCases, isInSample } from "./cases";
import type { Result } from "./play";
import { type Course, COURSES } from "./course";
import { summarise } from "./summary";
import { torture } from "./torture";

const USAGE = `npm run torture -- [options]

Breaks upgrades of a lab by every means there is, and demands that each comes to its end: real processes, the real Pulumi engine,
and a lab that outlives them. Takes about an hour and a half on two cores; no case is begun after --minutes.

  --estate <name>  the fleet that it is done to: ${Object.keys(COURSES).join(" or ")} (default ${COURSES.default.estate})
  --json           one object a line: a case.finished for each case
  --only <regex>   the cases whose names match
  --sample         a few cases of every kind (three minutes)
  --seed <n>       of the random pairs; default: another one each time
  --pairs <n>      how many random pairs (default 6)
  --speed <n>      lab seconds a real second (default 60)
  --workers <n>    labs at once (default 2)
  --minutes <n>    bound of the whole (default 120)
  --keep <folder>  what the lab and the commands left of each case that failed
  --list           only name the cases

The last line is {"event":"torture.finished", ...}: cases = converged + heldCorrectly + failures. Exit code 0 only without failures.
`;

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const err = (line: string): void => void process.stderr.write(`${line}\n`);

function number(text: string, name: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`--${name} takes a number, not ${text}`);
  return value;
}

function courseOf(name: string): Course {
  const course = Object.values(COURSES).find(({ estate }) => estate === name);
  if (!course) throw new Error(`--estate takes ${Object.keys(COURSES).join(" or ")}, not ${name}`);
  return course;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      sample: { type: "boolean", default: false },
      estate: { type: "string", default: COURSES.default.estate },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      pairs: { type: "string", default: "6" },
      speed: { type: "string", default: "60" },
      workers: { type: "string", default: "2" },
      minutes: { type: "string", default: "120" },
      keep: { type: "string" },
    },
  });
  if (values.help) {
    out(USAGE);
    return 0;
  }
  const only = new RegExp(values.only, "i");
  const seed = number(values.seed, "seed");
  const course = courseOf(values.estate);
  const cases = allCases(course, seed, number(values.pairs, "pairs")).filter(
    ({ name }) => only.test(name) && (!values.sample || isInSample(name)),
  );
  if (values.list) {
    for (const { name } of cases) out(name);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => {
      err(`${name}: the case under way is ended, nothing is left behind`);
      stop.abort();
    });

  const folder = await mkdtemp(join(tmpdir(), "tfe-repave-torture-"));
  err(`${cases.length} cases, seed ${seed}`);
  let finished = 0;
  const tell = (result: Result): void => {
    finished += 1;
    if (values.json) out(JSON.stringify({ event: "case.finished", ...result }));
    const why = result.why === "" ? "" : `\n      ${result.why}`;
    err(`${finished}/${cases.length}  ${result.verdict}  ${result.seconds} s  ${result.case}${why}`);
  };
  try {
    const results = await torture(cases, {
      folder,
      keep: values.keep,
      course,
      speed: number(values.speed, "speed"),
      workers: number(values.workers, "workers"),
      minutes: number(values.minutes, "minutes"),
      signal: stop.signal,
      tell,
    });
    const summary = summarise(results);
    out(JSON.stringify(summary));
    return summary.failures.length === 0 && results.length > 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(2);
  },
);
