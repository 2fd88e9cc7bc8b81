import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { bench } from "./bench";
import { chartOf } from "./chart";
import { DIALECTS } from "./dialects";
import { CHART, pageOf } from "./page";
import { type Dialect, finished, type Result, rowsOf } from "./rows";
import { tableOf } from "./table";
import { WAYS } from "./ways";

const USAGE = `npm run bench -- [options]

Upgrades the same fleet in every way that is documented, in the lab at its default timings, and measures each: the outage, two
releases at once, jobs lost. Real processes and the real Pulumi CLI. About three minutes for each way, dialect and seed.
A run of all ways and dialects writes docs/bench.md and its chart.

  --json            one object a line: a way.measured for each way, dialect and seed; bench.finished at the end
  --seeds <n>       how many (default 3)
  --dialect <name>  replicated or fdo; more than once for both (default)
  --way <name>      ${WAYS.map(({ name }) => name).join(", ")}; more than once for several (default: all)
  --speed <n>       lab seconds a real second (default 10): our own real seconds count so often
  --node-build <n>  lab seconds in which a node is built (default 360); another one writes no page
  --limit <n>       real seconds that one way may take (default 300)
  --folder <path>   keeps fleets and results there, and measures only what is not in it yet

The last line is {"event":"bench.finished","rows":[…]}. Exit code 0 only if every way came to its end.
`;

const ROOT = resolve(__dirname, "../..");
const DEFAULT_BUILD = 360;
const DOCS = join(ROOT, "docs");

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const err = (line: string): void => void process.stderr.write(`${line}\n`);

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a positive number, not ${text}`);
  return value;
}

function chosen<T extends string>(asked: readonly string[], all: readonly T[], name: string): readonly T[] {
  const unknown = asked.filter((each) => !(all as readonly string[]).includes(each));
  if (unknown.length > 0) throw new Error(`--${name} is one of ${all.join(", ")}, not ${unknown.join(", ")}`);
  return asked.length === 0 ? all : all.filter((each) => asked.includes(each));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      seeds: { type: "string", default: "3" },
      dialect: { type: "string", multiple: true, default: [] },
      way: { type: "string", multiple: true, default: [] },
      speed: { type: "string", default: "10" },
      "node-build": { type: "string", default: String(DEFAULT_BUILD) },
      limit: { type: "string", default: "300" },
      folder: { type: "string" },
    },
  });
  if (values.help) {
    out(USAGE);
    return 0;
  }
  const names = chosen(
    values.way,
    WAYS.map(({ name }) => name),
    "way",
  );
  const ways = WAYS.filter(({ name }) => names.includes(name));
  const dialects = chosen(values.dialect, Object.keys(DIALECTS) as Dialect[], "dialect");
  const seeds = Array.from({ length: Math.ceil(positive(values.seeds, "seeds")) }, (_, index) => index + 1);
  const speed = positive(values.speed, "speed");
  const nodeBuild = positive(values["node-build"], "node-build");
  const limitSeconds = positive(values.limit, "limit");

  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => {
      err(`${name}: the way under way is ended, nothing is left behind`);
      stop.abort();
    });
  const kept = values.folder === undefined ? undefined : resolve(values.folder);
  const folder = kept ?? (await mkdtemp(join(tmpdir(), "tfe-repave-bench-")));
  await mkdir(folder, { recursive: true });
  const file = join(folder, `results-${speed}-${nodeBuild}.jsonl`);
  try {
    const results = await bench({
      ways,
      dialects,
      seeds,
      folder,
      speed,
      nodeBuild,
      limitSeconds,
      signal: stop.signal,
      known: await read(file),
      tell: async (result) => {
        await appendFile(file, `${JSON.stringify(result)}\n`);
        if (values.json) out(JSON.stringify({ event: "way.measured", ...result }));
        const { outageSeconds, ratio, overlapSeconds, lostJobs, totalSeconds } = result.figures;
        err(
          `${result.way} on ${result.dialect}, seed ${result.seed}: outage ${outageSeconds} s (${ratio} of a build), ` +
            `two releases at once ${overlapSeconds} s, ${lostJobs} jobs lost, whole ${totalSeconds} s`,
        );
      },
    });
    const rows = rowsOf(results);
    if (!values.json) for (const dialect of dialects) out(tableOf(rows.filter((row) => row.dialect === dialect)));
    const isWhole = ways.length === WAYS.length && dialects.length === Object.keys(DIALECTS).length;
    if (isWhole && nodeBuild === DEFAULT_BUILD) {
      const page = pageOf({ rows, ways, speed, seeds: seeds.length });
      await writeFile(join(DOCS, "bench.md"), await format(page, { parser: "markdown", printWidth: 120 }));
      await writeFile(join(DOCS, CHART), chartOf(rows));
      err("docs/bench.md and its chart are written");
    }
    out(JSON.stringify(finished(rows)));
    return 0;
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Results of an earlier run with the same speed and node build. */
async function read(file: string): Promise<readonly Result[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Result);
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
