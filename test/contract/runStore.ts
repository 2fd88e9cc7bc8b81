import type { LeaseRecord } from "../../infra/contract";
import type { JournalEntry } from "../../orchestration/domain/journal";
import type { RunRecord, RunStore } from "../../orchestration/ports/runStore";

export const aRun = (runId: string, createdAt = 1_000): RunRecord => ({
  schema: 1,
  runId,
  stack: "prod",
  createdAt,
  operator: "ann@ops",
  plan: {
    schema: 1,
    stack: "prod",
    from: { release: 610, image: "ami-0a" },
    hops: [{ release: 642, image: "ami-0b" }],
    nodeCount: 2,
  },
});

export const anEntry = (seq: number): JournalEntry =>
  ({ seq, at: 1_000 + seq, event: "fence.restored", left: [] }) as unknown as JournalEntry;

/** What every RunStore promises. `make` gives views of one and the same empty store. */
export function describeRunStoreContract(
  name: string,
  make: () => Promise<{ open: () => RunStore; close: () => Promise<void> }>,
): void {
  describe(`run store contract: ${name}`, () => {
    let subject: Awaited<ReturnType<typeof make>>;
    let store: RunStore;
    beforeEach(async () => {
      subject = await make();
      store = subject.open();
    });
    afterEach(() => subject.close());

    const claim = (runId: string, now: number, of = store): Promise<LeaseRecord> =>
      of.acquire({ runId, holder: `${runId}@ops`, now, ttlMs: 60_000 });

    describe("runs", () => {
      it("is empty at first", async () => {
        expect(await store.list()).toEqual([]);
        expect(await store.journal("r1")).toEqual([]);
      });

      it("lists runs whole, oldest first, in another process as well", async () => {
        await store.create(aRun("r2", 2_000));
        await store.create(aRun("r1", 1_000));
        expect(await subject.open().list()).toEqual([aRun("r1", 1_000), aRun("r2", 2_000)]);
      });

      it("refuses a second run of the same id", async () => {
        await store.create(aRun("r1"));
        await expect(store.create(aRun("r1"))).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
      });

      it("keeps the journal in order", async () => {
        await store.create(aRun("r1"));
        for (const seq of [1, 2, 3]) await store.append("r1", anEntry(seq));
        expect(await subject.open().journal("r1")).toEqual([anEntry(1), anEntry(2), anEntry(3)]);
      });

      it("refuses an entry for a run that was never opened", async () => {
        await expect(store.append("r9", anEntry(1))).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
      });
    });

    describe("lease", () => {
      it("is held by nobody at first", async () => {
        expect(await store.lease()).toBeUndefined();
      });

      it("is one record that everybody sees", async () => {
        const lease = await claim("r1", 5_000);
        expect(lease).toEqual({
          schema: 1,
          token: 1,
          runId: "r1",
          holder: "r1@ops",
          acquiredAt: 5_000,
          renewedAt: 5_000,
          expiresAt: 65_000,
        });
        expect(await subject.open().lease()).toEqual(lease);
      });

      it("is refused while somebody holds it, naming who, since when, the step and the end", async () => {
        await store.renew(await claim("r1", 0), { now: 0, ttlMs: 60_000, step: "drain" });
        await expect(claim("r2", 60_000)).rejects.toMatchObject({
          code: "LEASE_HELD",
          detail: "run r1 of r1@ops since 1970-01-01T00:00:00.000Z, at step drain, until 1970-01-01T00:01:00.000Z",
        });
      });

      it("can be taken once it ran out, with a higher token; the former holder has lost it", async () => {
        const first = await claim("r1", 0);
        const second = await claim("r2", 60_001);
        expect(second.token).toBeGreaterThan(first.token);
        await expect(store.renew(first, { now: 60_002, ttlMs: 60_000 })).rejects.toMatchObject({ code: "LEASE_LOST" });
        await store.release(first);
        expect(await store.lease()).toEqual(second);
      });

      it("is prolonged by its holder, who may say the step", async () => {
        const lease = await claim("r1", 0);
        const renewed = await store.renew(lease, { now: 30_000, ttlMs: 60_000, step: "gate" });
        expect(renewed).toEqual({ ...lease, renewedAt: 30_000, expiresAt: 90_000, step: "gate" });
        expect(await store.renew(renewed, { now: 40_000, ttlMs: 60_000 })).toMatchObject({
          step: "gate",
          expiresAt: 100_000,
        });
      });

      it("gives a higher token each time, after a release too", async () => {
        const tokens: number[] = [];
        for (const run of ["r1", "r2", "r3"]) {
          const lease = await claim(run, 0);
          tokens.push(lease.token);
          await store.release(lease);
          expect(await store.lease()).toBeUndefined();
        }
        expect(tokens).toEqual([1, 2, 3]);
      });

      it("cannot be renewed after it was given back", async () => {
        const lease = await claim("r1", 0);
        await store.release(lease);
        await expect(store.renew(lease, { now: 1, ttlMs: 1 })).rejects.toMatchObject({ code: "LEASE_LOST" });
      });

      it("has one winner among callers of the same moment", async () => {
        const runs = ["a", "b", "c", "d", "e", "f"];
        const results = await Promise.allSettled(runs.map((run) => claim(run, 0, subject.open())));
        const won = results.filter((result) => result.status === "fulfilled");
        const lost = results.filter((result) => result.status === "rejected");
        expect(won).toHaveLength(1);
        expect(lost.map((result): unknown => result.reason)).toEqual(
          lost.map(() => expect.objectContaining({ code: "LEASE_HELD" }) as unknown),
        );
        expect(await store.lease()).toEqual(won[0]?.value);
      });
    });
  });
}
