import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { rolloutStore } from "../../../orchestration/adapters/runStore/rolloutStore";
import type { RolloutJournalEntry } from "../../../orchestration/domain/rollout/events";
import { DONE, HALTED, planOf, wave } from "../../rollout/fakes";

let base: string;
let dir: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rollouts-"));
  dir = join(base, "of-a-file");
});
afterEach(() => rm(base, { recursive: true }));

const ENTRIES: readonly RolloutJournalEntry[] = [
  { event: "rollout.started", plan: planOf([wave(1, ["a"])], { image: "latest" }), operator: "ann@here", at: 1 },
  { event: "rollout.wave.approved", wave: 1, by: "ann@here", at: 2 },
  { event: "rollout.wave.started", wave: 1, stacks: ["a"], at: 3 },
  { event: "rollout.stack.started", wave: 1, stack: "a", at: 4 },
  { event: "rollout.stack.waiting", wave: 1, stack: "a", why: "w", at: 5 },
  { event: "rollout.stack.finished", wave: 1, stack: "a", ...DONE, at: 6 },
  { event: "rollout.stack.finished", wave: 1, stack: "a", ...HALTED, failedChecks: ["x"], next: "n", at: 7 },
  { event: "rollout.resumed", operator: "bob@there", at: 8 },
  { event: "rollout.soak.started", wave: 1, seconds: 60, at: 9 },
  { event: "rollout.soak.failed", wave: 1, stack: "a", detail: "d", at: 10 },
  { event: "rollout.soak.passed", wave: 1, at: 11 },
  {
    event: "rollout.finished",
    outcome: "stopped",
    stacks: [{ stack: "a", wave: 1, outcome: "done", release: DONE.release, outageSeconds: 60 }],
    because: "b",
    by: "aborted",
    at: 12,
  },
];

it("gives back the newest journal as it was written", async () => {
  const store = rolloutStore({ dir });
  expect(await store.newest()).toBeUndefined();
  await store.create("rollout-20261101-000000-old1");
  await store.append("rollout-20261101-000000-old1", ENTRIES[0] as RolloutJournalEntry);
  await store.create("rollout-20261102-000000-new1");
  for (const entry of ENTRIES) await store.append("rollout-20261102-000000-new1", entry);
  expect(await store.newest()).toEqual({ id: "rollout-20261102-000000-new1", entries: ENTRIES });
  expect((await stat(join(dir, "rollout-20261102-000000-new1.jsonl"))).mode & 0o777).toBe(0o600);
});

it("takes off a line that was torn, and refuses one that is damaged", async () => {
  const store = rolloutStore({ dir });
  await store.create("rollout-1");
  const [first, second] = ENTRIES as readonly [RolloutJournalEntry, RolloutJournalEntry];
  await store.append("rollout-1", first);
  await appendFile(join(dir, "rollout-1.jsonl"), '{"event":"rollout.wa');
  expect((await store.newest())?.entries).toEqual([first]);
  await store.append("rollout-1", second);
  expect((await store.newest())?.entries).toEqual([first, second]);
  await appendFile(join(dir, "rollout-1.jsonl"), '{"event":"rollout.surprise","at":1}\n');
  await expect(store.newest()).rejects.toMatchObject({ code: "ROLLOUT_UNREADABLE" });
});

it("keeps every other process out until it is released", async () => {
  const store = rolloutStore({ dir });
  expect(await store.isHeld()).toBe(false);
  const release = await store.hold();
  expect(await store.isHeld()).toBe(true);
  await expect(rolloutStore({ dir }).hold()).rejects.toMatchObject({
    code: "ROLLOUT_RUNNING",
    detail: `process ${process.pid} on ${hostname()}`,
  });
  await release();
  expect(await store.isHeld()).toBe(false);
  await (
    await store.hold()
  )();
});

it("is not held by a process that is gone", async () => {
  const store = rolloutStore({ dir });
  const release = await store.hold();
  // Of this machine, and with a number that no process has.
  await writeFile(join(dir, "running.json"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  expect(await store.isHeld()).toBe(false);
  await release();
});

it("asks the process of a rollout to stop", async () => {
  const store = rolloutStore({ dir });
  await store.create("rollout-1");
  expect(await store.stopAsked("rollout-1")).toBeUndefined();
  await store.askToStop("rollout-1", "bob@there");
  expect(await store.stopAsked("rollout-1")).toBe("bob@there");
  await expect(store.stopAsked("../x")).rejects.toMatchObject({ code: "ROLLOUT_UNREADABLE" });
});
