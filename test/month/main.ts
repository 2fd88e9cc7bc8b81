import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseDocument } from "yaml";
import { LAB_STACK, openLab, type LabSession } from "../../lab/session";
import type { RunFinished } from "../../orchestration/domain/events";
import { start } from "../e2e/support/command";
import { FROZEN, NIGHTS, WINDOW, type Night } from "./nights";

const USAGE = `npm run month -- [--speed <n>]

A month of nightly calls of \`patch --latest --scheduled\` against one lab: the real product and engine, a lab whose clock is moved
on between the nights, base images that come out on some of them, a freeze, a late timer and a killed run. It prints what each
call did. A quarter of an hour on two cores.
`;

/** Real seconds that a call may take. */
const LIMIT = 900;
const DAY_MS = 86_400_000;
const out = (line: string): void => void process.stdout.write(`${line}\n`);

interface Called {
  readonly outcome: string;
  readonly code: number;
  readonly what: string;
  readonly seconds: number;
}

async function call(env: NodeJS.ProcessEnv, night: Night): Promise<Called> {
  const script = night.day === 0 ? ["status"] : ["patch", "--latest", "--scheduled"];
  const words = [
    process.execPath,
    "--import",
    "tsx",
    "orchestration/cli.ts",
    ...script,
    "--stack",
    LAB_STACK,
    "--json",
  ];
  const command = start(words, { env, limit: LIMIT });
  if (night.killed) {
    await command.line('"drain.started"');
    command.kill();
  }
  const { code, stdout, stderr, seconds } = await command.ended;
  if (night.killed) return { outcome: "killed", code, what: "its process was killed in the drain", seconds };
  const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Partial<RunFinished>;
  if (last.outcome === undefined && script[0] !== "status")
    throw new Error(`a call ended with ${code}:\n${stdout}${stderr}`);
  return { outcome: last.outcome ?? "", code, what: describe(last, stdout.includes('"run.resumed"')), seconds };
}

function describe(
  { outcome, because = "", outageSeconds, nodeBuildSeconds }: Partial<RunFinished>,
  resumed: boolean,
): string {
  if (outcome !== "done") return because;
  const cost = `outage ${Math.round(outageSeconds ?? 0)} s, node build ${Math.round(nodeBuildSeconds ?? 0)} s`;
  return `${resumed ? "resumed the killed run" : "repaved"}: ${cost}`;
}

async function writeCalendar(dir: string, firstDay: number): Promise<void> {
  const file = join(dir, `Pulumi.${LAB_STACK}.yaml`);
  const document = parseDocument(await readFile(file, "utf8"));
  const day = (number: number): string => new Date(firstDay + (number - 1) * DAY_MS).toISOString().slice(0, 10);
  document.setIn(["config", "tfe:windows"], [WINDOW]);
  document.setIn(["config", "tfe:freeze"], [`${day(FROZEN.first)}..${day(FROZEN.last)}`]);
  await writeFile(file, document.toString({ lineWidth: 0 }));
}

/** The first midnight from which the whole month lies ahead. */
async function firstMidnight(lab: LabSession): Promise<number> {
  return Math.ceil((await lab.advance({ seconds: 1 })) / DAY_MS) * DAY_MS;
}

async function month(dir: string, speed: number): Promise<void> {
  const lab = await openLab({ dir, speed });
  const env = { ...process.env, TFE_REPAVE_LAB_DIR: dir };
  try {
    out("building the lab's fleet");
    await call(env, { day: 0, published: false, callAt: "", killed: false });
    const firstDay = await firstMidnight(lab);
    await writeCalendar(dir, firstDay);
    out("\n| night | image out | call at | outcome | exit | what it did | real s |");
    out("| ----- | --------- | ------- | ------- | ---- | ----------- | ------ |");
    for (const night of NIGHTS) {
      const midnight = new Date(firstDay + (night.day - 1) * DAY_MS).toISOString().slice(0, 10);
      await lab.advance({ to: `${midnight}T${night.callAt}:00Z` });
      if (night.published) await lab.publishImage();
      const { outcome, code, what, seconds } = await call(env, night);
      const cells = [night.day, night.published ? "yes" : "", night.callAt, outcome, code, what, seconds.toFixed(0)];
      out(`| ${cells.join(" | ")} |`);
    }
    const { violations, ...verdict } = await lab.verdict();
    out(
      `\nthe lab's witness: ${JSON.stringify(verdict)}; ${violations.length === 0 ? "no violation" : violations.join("; ")}`,
    );
  } finally {
    await lab.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { help: { type: "boolean", default: false }, speed: { type: "string", default: "60" } },
  });
  if (values.help) {
    out(USAGE);
    return;
  }
  const dir = await mkdtemp(join(tmpdir(), "tfe-month-"));
  try {
    await month(dir, Number(values.speed));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
