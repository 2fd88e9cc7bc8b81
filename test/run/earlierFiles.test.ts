import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { recordedStack } from "../../orchestration/adapters/pulumi/recordedStack";
import { parseEntry } from "../../orchestration/adapters/reporters/schema/journal";
import { printed } from "../../orchestration/adapters/reporters/schema/stream";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { parseRun } from "../../orchestration/adapters/runStore/runRecords";
import { SEQUENCE_KEYS } from "../../orchestration/dialects/replicated/sequences";
import { FENCE } from "../../orchestration/adapters/aws/fence";
import { fold, hopRecord } from "../../orchestration/domain/journal";
import type { RunStore } from "../../orchestration/ports/runStore";
import type { Run } from "../../orchestration/run/run";
import { World } from "../fakes/world";
import { RECORDED_RUNS } from "../pictures/recorded";
import { attempt } from "../support/attempt";

/**
 * Files of a run as they were written while a release was its number: the orchestrator was killed when the first of two nodes was
 * proven drained, on the way from 610 through 642 to 692.
 */
const EARLIER = join(__dirname, "recorded");
const RUN_ID = "run-20261122-020000-692-1";
const NUMBERS = { from: { release: 610 }, hops: [{ release: 642 }, { release: 692 }] };
const NAMES = { schema: 2, from: { release: "v202204-2" }, hops: [{ release: "v202207-2" }, { release: "v202304-1" }] };

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
const read = (name: string): Promise<string> => readFile(join(EARLIER, RUN_ID, name), "utf8");

describe("a run that was written down while a release was its number", () => {
  let dir: string;
  let store: RunStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "earlier-"));
    await cp(EARLIER, dir, { recursive: true });
    store = fileRunStore({ dir });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it("has numbers in its files", async () => {
    expect(JSON.parse(await read("run.json"))).toMatchObject({ plan: { schema: 1, ...NUMBERS } });
    expect(await read("journal.jsonl")).toContain('"release":610');
  });

  it("is read with names", async () => {
    expect(await store.list()).toMatchObject([{ runId: RUN_ID, plan: NAMES }]);
    const entries = await store.journal(RUN_ID);
    expect(entries).toHaveLength(20);
    expect(entries[0]).toMatchObject({
      event: "fleet.found",
      nodes: [{ release: "v202204-2" }, { release: "v202204-2" }],
    });
  });

  it("folds to what it knew", async () => {
    const state = fold(await store.journal(RUN_ID));
    expect(state).toMatchObject({ plan: NAMES, drainBegun: true, step: "drain", foundSuspended: [] });
    expect(hopRecord(state, 0)).toMatchObject({ templateVersion: 2, drained: ["i-1"] });
    expect(state.finished).toBeUndefined();
  });

  it("has recorded a build that is still read: that file has the stack's own key", async () => {
    expect(await store.build()).toMatchObject({
      number: 1,
      values: { releaseSequence: 642, activeTemplateVersion: 1 },
    });
  });

  it("is resumed to its end, by name from here on", async () => {
    const world = new World();
    await world.stack.apply({ releaseSequence: 642, activeTemplateVersion: 1 });
    world.group.suspend(FENCE);
    world.acts.length = 0;
    await world.clock.sleep(4 * 60 * 60 * 1000);
    let run: Run | undefined;
    const holder = (): Run | undefined => (run?.fencingSecret === undefined ? undefined : run);
    const recorded = recordedStack({ engine: world.stack, store, run: holder, now: () => world.clock.now() });
    const ports = { ...world.ports(), store, stack: namedStack(recorded, SEQUENCE_KEYS) };
    const finished = await attempt(world, { release: 692 }, { ports, begin: (begun) => (run = begun) });
    expect(finished).toMatchObject({ outcome: "done", runId: RUN_ID, release: "v202304-1" });
    expect(world.violations).toEqual([]);
    expect(world.group.alive().map(({ build }) => build.release)).toEqual([692, 692]);
    expect(world.group.templates.map(({ release }) => release)).toEqual([610, 642, 692]);
    expect(world.of("run.resumed")).toHaveLength(1);
    const after = lines(await readFile(join(dir, RUN_ID, "journal.jsonl"), "utf8"));
    expect(after.slice(0, 20)).toEqual(lines(await read("journal.jsonl")));
    expect(after.slice(20).join("\n")).toContain('"release":"v202304-1"');
    expect(after.slice(20).join("\n")).not.toMatch(/"release":\d/);
  });
});

describe.each(RECORDED_RUNS)("the recorded run %s", (name) => {
  it("is printed with `--json` as it was written: releases as numbers", async () => {
    const text = await readFile(join(__dirname, "../pictures/runs", `${name}.jsonl`), "utf8");
    const [run, ...entries] = lines(text).map((line) => JSON.parse(line) as unknown);
    expect(parseRun(run)).toMatchObject({
      plan: { schema: 2, from: { release: expect.stringMatching(/^v20/) as string } },
    });
    expect(entries.map((entry) => printed(parseEntry(entry)))).toEqual(entries);
  });
});

describe("a line that is no entry of a journal is refused", () => {
  it.each([
    ["without a number", { at: 1, event: "warning", text: "" }],
    ["of an event that only watchers get", { seq: 1, at: 1, event: "note", text: "" }],
    ["of an event that nobody knows", { seq: 1, at: 1, event: "node.dreamt" }],
    ["without what its event says", { seq: 1, at: 1, event: "stage.built", hop: 0 }],
    ["that is none", null],
  ])("%s", (_, entry) => {
    expect(() => parseEntry(entry)).toThrow();
  });
});
