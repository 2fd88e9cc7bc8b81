import { lastMove } from "../../orchestration/run/moves";
import type { DurableEvent, Outcome } from "../../orchestration/domain/events";
import type { Move } from "../../orchestration/domain/move/move";
import type { Plan } from "../../orchestration/domain/plan";
import { memoryRunStore } from "../fakes/runStore";
import { aFinish } from "../support/events";
import { releaseOf } from "../support/release";

const OLD = { packaging: "replicated", keys: { releaseSequence: "811" } } as const;
const NEW = { packaging: "fdo", keys: { imageTag: "v202503-1" } } as const;
const THERE: Move = { from: OLD, to: NEW, secrets: {} };

function storeOf() {
  const store = memoryRunStore();
  let count = 0;
  /** A run that got this far. */
  async function run(to: number | string, move: Move | undefined, outcome: Outcome | undefined, started = true) {
    count += 1;
    const runId = `run-${count}`;
    const at = { release: releaseOf(811), image: "ami-a" };
    const plan: Plan = {
      schema: 2,
      stack: "test",
      from: at,
      hops: [{ ...at, release: releaseOf(to) }],
      nodeCount: 2,
      ...(move && { move }),
    };
    await store.create({ schema: 1, runId, stack: "test", createdAt: count, operator: "o@h", plan });
    const events: DurableEvent[] = [
      { event: "run.started", runId, plan, operator: "o@h" },
      ...(started ? [{ event: "one.asked", hop: 0, templateVersion: 2 } as const] : []),
      ...(outcome ? [aFinish(outcome)] : []),
    ];
    for (const [seq, event] of events.entries()) await store.append(runId, { ...event, seq: seq + 1, at: count });
  }
  return { store, run };
}

test("of a fleet that has never moved there is none", async () => {
  const { store, run } = storeOf();
  await run("1.2.2", undefined, "done");
  expect(await lastMove(store)).toBeUndefined();
});

test("a move that was made can be taken back; patches and rebuilds do not close the way", async () => {
  const { store, run } = storeOf();
  await run(811, THERE, "done");
  await run(811, undefined, "done");
  expect(await lastMove(store)).toMatchObject({ runId: "run-1", move: THERE, closedBy: undefined });
});

test("one that did not come to its end is none", async () => {
  const { store, run } = storeOf();
  await run(811, THERE, "aborted");
  await run(811, THERE, undefined);
  expect(await lastMove(store)).toBeUndefined();
});

test.each([
  ["came to its end", "done" as const],
  ["was stopped at its gate", "halted" as const],
  ["has not ended", undefined],
])("an upgrade after it that has started a node closes the way: it %s", async (_, outcome) => {
  const { store, run } = storeOf();
  await run(811, THERE, "done");
  await run("1.2.2", undefined, outcome);
  expect(await lastMove(store)).toMatchObject({ closedBy: { runId: "run-2", release: "1.2.2" } });
});

test("an upgrade that never started a node does not", async () => {
  const { store, run } = storeOf();
  await run(811, THERE, "done");
  await run("1.2.2", undefined, "blocked", false);
  expect(await lastMove(store)).toMatchObject({ closedBy: undefined });
});

test("a run since then that cannot be read may have closed it: then it is closed", async () => {
  const { store, run } = storeOf();
  await run(811, THERE, "done");
  const unreadable = [{ runId: "run-x", createdAt: 9, why: "it is damaged" }];
  expect(await lastMove({ ...store, unreadable: () => Promise.resolve(unreadable) })).toMatchObject({
    closedBy: { runId: "run-x", release: undefined },
  });
  const before = [{ runId: "run-0", createdAt: 0, why: "it is damaged" }];
  expect(await lastMove({ ...store, unreadable: () => Promise.resolve(before) })).toMatchObject({
    closedBy: undefined,
  });
});

test("the newest one counts: the way back is itself no way that can be taken back", async () => {
  const { store, run } = storeOf();
  await run(811, THERE, "done");
  await run(811, { from: NEW, to: OLD, secrets: {}, undoes: "run-1" }, "done");
  expect(await lastMove(store)).toMatchObject({ runId: "run-2", move: { undoes: "run-1" } });
});
