/** Output is never lost, whatever its reader does: it may begin to read when all is over, or leave after the first line. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { run, start, type Ended } from "./support/command";
import { eventsIn, finishedIn } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(450_000);

const SMALL_PIPE = join(__dirname, "support/smallPipe.py");
/** In seconds. Enough for everything but the reading. */
const LIMIT = 300;

let lab: LabFolder;
beforeAll(async () => (lab = await labFolder()));
afterAll(async () => {
  expect(await lab.close()).toEqual([]);
});

const npm = (...words: readonly string[]): string[] => ["npm", "run", "--silent", ...words];

/** Journals of the lab's runs, oldest first, as text. */
async function journals(): Promise<readonly string[]> {
  const runs = join(lab.dir, "runs/lab");
  const names = (await readdir(runs).catch(() => [])).filter((name) => name.startsWith("run-")).sort();
  return Promise.all(names.map((name) => readFile(join(runs, name, "journal.jsonl"), "utf8").catch(() => "")));
}

/** Resolves when the newest of so many runs has ended. */
async function ended(count: number): Promise<void> {
  for (;;) {
    const all = await journals();
    if (all.length === count && all.at(-1)?.includes('"run.finished"') === true) return;
    await delay(500);
  }
}

/** Runs a command whose output is read only when `work` is done, through the smallest pipe that there is. */
async function readLate(words: readonly string[], work: () => Promise<void>): Promise<Ended> {
  await mkdir(lab.dir, { recursive: true });
  const flag = join(lab.dir, `read-${performance.now()}`);
  const command = start(["python3", SMALL_PIPE, flag, ...words], { env: lab.env, limit: LIMIT });
  await work();
  // Time in which a process that does not wait for its reader would end.
  await delay(3_000);
  await writeFile(flag, "");
  return command.ended;
}

it("gives every line of an upgrade to a reader that begins when the run has ended", async () => {
  const { code, stdout } = await readLate(npm("upgrade", "--", "--release", "642", "--stack", "lab", "--json"), () =>
    ended(1),
  );
  expect(code).toBe(0);
  expect(finishedIn(stdout)).toMatchObject({ outcome: "done" });
  // Every entry of the journal was printed as well.
  const [journal = ""] = await journals();
  const printed = eventsIn(stdout).map(({ event }) => event);
  const recorded = eventsIn(journal).map(({ event }) => event);
  for (const event of new Set(recorded))
    expect(printed.filter((each) => each === event).length).toBeGreaterThanOrEqual(
      recorded.filter((each) => each === event).length,
    );
});

it("gives every line of a journal to a reader that comes late", async () => {
  const words = npm("runs", "--", "show", "--stack", "lab", "--json");
  const atOnce = await run(words, { env: lab.env, limit: LIMIT });
  expect(atOnce.stdout.length).toBeGreaterThan(4_096);
  const late = await readLate(words, () => delay(5_000));
  expect(late).toMatchObject({ code: 0, stdout: atOnce.stdout });
});

it("ends without a word where the reader leaves after the first line", async () => {
  const words = npm("runs", "--", "show", "--stack", "lab", "--json").join(" ");
  const piped = await run(["bash", "-c", `${words} | head -1; exit "\${PIPESTATUS[0]}"`], {
    env: lab.env,
    limit: LIMIT,
  });
  expect(piped).toMatchObject({ code: 0, stderr: "" });
  expect(eventsIn(piped.stdout)).toHaveLength(1);
});

it("carries out what acts although the reader leaves after the first line", async () => {
  const words = npm("restart", "--", "--stack", "lab", "--json").join(" ");
  const piped = await run(["bash", "-c", `${words} | head -1; exit "\${PIPESTATUS[0]}"`], {
    env: lab.env,
    limit: LIMIT,
  });
  expect(piped.code).toBe(0);
  const operations = join(lab.dir, "runs/lab/operations");
  const [name = ""] = (await readdir(operations)).filter((each) => each.startsWith("op-restart-"));
  const journal = await readFile(join(operations, name, "journal.jsonl"), "utf8");
  expect(eventsIn(journal).at(-1)).toMatchObject({ event: "run.finished", outcome: "done" });
});
