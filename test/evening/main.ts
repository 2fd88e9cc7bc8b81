import { finishedIn, failureIn } from "../e2e/support/events";
import { run, type Ended } from "../e2e/support/command";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const USAGE = `npm run evening -- [--speed <n>]

One evening of a fleet on Replicated, in the lab: from 610 to 811, to containers, back, to containers again, and to 1.2.2. Then the
way back is closed. Real product and engine; every command must end as expected, and the witness must have seen nothing. Five minutes
on two cores.
`;

/** Real seconds that a command may take. */
const LIMIT = 600;

/** The commands, and how each must end. */
const EVENING: readonly {
  readonly words: readonly string[];
  readonly code: number;
  readonly release: number | string | null;
}[] = [
  { words: ["upgrade", "--release", "1.2.2"], code: 3, release: null },
  { words: ["upgrade", "--release", "811"], code: 0, release: 811 },
  { words: ["migrate"], code: 0, release: 811 },
  { words: ["migrate", "--back"], code: 0, release: 811 },
  { words: ["migrate"], code: 0, release: 811 },
  { words: ["upgrade", "--release", "1.2.2"], code: 0, release: "1.2.2" },
  { words: ["migrate", "--back"], code: 3, release: null },
];

const CLEAN = ["overlapSeconds", "lostJobs", "killedWhileBooting", "secretsShown"] as const;

const out = (line: string): void => void process.stdout.write(`${line}\n`);

/** What is wrong with how a command ended; empty: nothing. */
function wrongIn({ code, stdout }: Ended, expected: (typeof EVENING)[number]): readonly string[] {
  const finished = finishedIn(stdout);
  const seen = CLEAN.filter((key) => finished.witness[key] !== 0).map(
    (key) => `${key} ${finished.witness[key] ?? "?"}`,
  );
  return [
    ...(code === expected.code ? [] : [`exit code ${code}: ${failureIn(stdout) ?? finished.outcome}`]),
    ...(finished.release === expected.release ? [] : [`release ${finished.release ?? "none"}`]),
    ...seen,
    ...finished.witness.violations,
  ];
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { speed: { type: "string", default: "60" }, help: { type: "boolean" } } });
  if (values.help) {
    out(USAGE);
    return 0;
  }
  const dir = await mkdtemp(join(tmpdir(), "tfe-evening-"));
  const env = { ...process.env, TFE_REPAVE_LAB_DIR: dir };
  try {
    for (const each of EVENING) {
      const [verb = "", ...words] = each.words;
      const lab = ["--stack", "lab", "--json", "--speed", values.speed, "--node-build", "60"];
      const ended = await run(["npm", "run", "--silent", verb, "--", ...words, ...lab], { env, limit: LIMIT });
      const wrong = wrongIn(ended, each);
      out(
        `${wrong.length === 0 ? "ok " : "BAD"} ${each.words.join(" ")} (${Math.round(ended.seconds)} s) ${wrong.join("; ")}`,
      );
      if (wrong.length > 0) return 1;
    }
    return 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

void main().then((code) => (process.exitCode = code));
