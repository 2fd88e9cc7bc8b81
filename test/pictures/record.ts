import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labFolder, type LabFolder } from "../e2e/support/labFolder";

export const RECORDED = join(__dirname, "runs");

/** Slow enough for the picture's outage to be the lab's and not the engine's. */
const SPEED = "15";
/** For the runs that wait for hours. */
const FAST = "60";

const upgrade = (release: string, ...more: readonly string[]): readonly string[] => [
  "upgrade",
  "--release",
  release,
  "--stack",
  "lab",
  ...more,
];

/** Real runs on the lab, whose journals are kept: a clean one, one of two hops, one that halts, and that one resumed. */
export async function record(say: (line: string) => void): Promise<void> {
  await mkdir(RECORDED, { recursive: true });
  await onLab(async (lab) => {
    await command(lab, say, upgrade("642", "--speed", SPEED));
    await keep(lab, "clean");
    await command(lab, say, upgrade("713", "--speed", SPEED));
    await keep(lab, "two-hop");
  });
  await onLab(async (lab) => {
    await command(lab, say, upgrade("642", "--speed", FAST, "--fault", "never-healthy"));
    await keep(lab, "halted");
    const because = [
      "--accept",
      "migration-may-run",
      "--because",
      "its log ends before the migration, and support agrees",
    ];
    const resume = [
      "upgrade",
      "--resume",
      "--rebuild-node",
      ...because,
      "--stack",
      "lab",
      "--speed",
      FAST,
      "--fault",
      "none",
    ];
    await command(lab, say, resume);
    await keep(lab, "resumed");
  });
}

async function onLab(work: (lab: LabFolder) => Promise<void>): Promise<void> {
  const lab = await labFolder();
  try {
    await work(lab);
  } finally {
    await lab.close();
  }
}

async function command(lab: LabFolder, say: (line: string) => void, words: readonly string[]): Promise<void> {
  say(`npm run ${words.join(" ")}`);
  const { code, seconds } = await lab.npm(...words);
  say(`  ended with ${code} after ${Math.round(seconds)} s`);
}

/** The newest run, with nothing in it of the machine on which it was recorded. */
async function keep(lab: LabFolder, name: string): Promise<void> {
  const runs = await readdir(join(lab.dir, "runs/lab"), { withFileTypes: true });
  const newest =
    runs
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .at(-1) ?? "";
  const [run, journal] = [
    await lab.read(`runs/lab/${newest}/run.json`),
    await lab.read(`runs/lab/${newest}/journal.jsonl`),
  ];
  const { operator } = JSON.parse(run) as { operator: string };
  const lines = `${JSON.stringify(JSON.parse(run))}\n${journal}`
    .replaceAll(lab.dir, "/home/ann/tfe-repave/.lab")
    .replaceAll(operator, "ann@laptop");
  await writeFile(join(RECORDED, `${name}.jsonl`), lines);
}
