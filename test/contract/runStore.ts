import type { BuildRecord, LeaseRecord } from "../../infra/contract";
import type { JournalEntry } from "../../orchestration/domain/journal";
import type { RunRecord, RunStore } from "../../orchestration/ports/runStore";
import { releaseOf } from "../support/release";

export const aRun = (runId: string, createdAt = 1_000): RunRecord => ({
  schema: 1,
  runId,
  stack: "prod",
  createdAt,
  operator: "ann@ops",
  plan: {
    schema: 2,
    stack: "prod",
    from: { release: releaseOf(610), image: "ami-0a" },
    hops: [{ release: releaseOf(642), image: "ami-0b" }],
    nodeCount: 2,
  },
});

export const anEntry = (seq: number): JournalEntry => ({ seq, at: 1_000 + seq, event: "fence.restored", resumed: [] });

export interface RunStoreSubject {
  /** Another view of the same store, as another process has it. The store is empty at first. */
  readonly open: () => RunStore;
  readonly close: () => Promise<void>;
}

/** What every RunStore promises. */
export function describeRunStoreContract(name: string, make: () => Promise<RunStoreSubject>): void {
  describe(`run store contract: ${name}`, () => {
    let subject: RunStoreSubject;
    let store: RunStore;
    beforeEach(async () => {
      subject = await make();
      store = subject.open();
    });
    afterEach(() => subject.close());

    const claim = (runId: string, now: number, of = store): Promise<LeaseRecord> =>
      of.acquire({ runId, holder: `${runId}@ops`, now, ttlMs: 60_000 });

    describe("the build", () => {
      const aBuild = (number: number, image = "ami-b"): BuildRecord => ({
        schema: 1,
        number,
        runId: "r1",
        at: 1_000,
        values: { releaseSequence: 642, image, activeTemplateVersion: 2, nodeCount: 1 },
      });

      it("is none at first, then the newest that was recorded, in another process as well", async () => {
        expect(await store.build()).toBeUndefined();
        await claim("r1", 0);
        await store.recordBuild(aBuild(1));
        await store.recordBuild(aBuild(4, "ami-c"));
        expect(await subject.open().build()).toEqual(aBuild(4, "ami-c"));
      });

      it("is not replaced by one that is not newer: somebody else writes for the stack", async () => {
        await claim("r1", 0);
        await store.recordBuild(aBuild(4));
        for (const number of [3, 4]) {
          await expect(subject.open().recordBuild(aBuild(number, "ami-z"))).rejects.toMatchObject({
            code: "LEASE_LOST",
          });
        }
        expect(await store.build()).toEqual(aBuild(4));
      });

      it("is no run", async () => {
        await claim("r1", 0);
        await store.recordBuild(aBuild(1));
        expect(await store.list()).toEqual([]);
      });
    });

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

      it("refuses a second run of the same id, from the same process and from another", async () => {
        await store.create(aRun("r1"));
        await expect(store.create(aRun("r1"))).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
        await expect(subject.open().create(aRun("r1"))).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
      });

      it("keeps the journal in order, for the next process as well, which goes on with it", async () => {
        await store.create(aRun("r1"));
        const seqs = [...Array(12).keys()];
        for (const seq of seqs) await store.append("r1", anEntry(seq));
        const next = subject.open();
        expect(await next.journal("r1")).toEqual(seqs.map(anEntry));
        await next.append("r1", anEntry(12));
        const all = [...seqs, 12].map(anEntry);
        expect([await next.journal("r1"), await store.journal("r1")]).toEqual([all, all]);
      });

      it("keeps the journals of runs apart", async () => {
        for (const run of ["r1", "r10"]) await store.create(aRun(run));
        await store.append("r1", anEntry(1));
        await store.append("r10", anEntry(2));
        expect([await store.journal("r1"), await store.journal("r10")]).toEqual([[anEntry(1)], [anEntry(2)]]);
      });

      it("saves a file with a run, replaces it, and says where it is", async () => {
        await store.create(aRun("r1"));
        const where = await store.save("r1", "report.html", "one");
        expect(where).toMatch(/r1\/report\.html$/);
        expect(await store.save("r1", "report.html", "two")).toBe(where);
        expect(await store.journal("r1")).toEqual([]);
        expect(await store.list()).toEqual([aRun("r1")]);
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
          detail: "run r1 of r1@ops since 1970-01-01T00:00:00.000Z, at drain, until 1970-01-01T00:01:00.000Z",
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

      it("keeps how much of the journal its holder had written", async () => {
        const lease = await claim("r1", 0);
        await store.renew(lease, { now: 30_000, ttlMs: 60_000, entries: 7 });
        expect(await subject.open().lease()).toMatchObject({ runId: "r1", entries: 7 });
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

      it("is left alone by a release that comes late", async () => {
        const first = await claim("r1", 0);
        const second = await claim("r2", 60_001);
        await store.release(first);
        expect(await subject.open().lease()).toEqual(second);
      });

      it("may be prolonged after it ran out, as long as nobody took it", async () => {
        const lease = await claim("r1", 0);
        const renewed = await store.renew(lease, { now: 90_000, ttlMs: 60_000 });
        expect(renewed).toMatchObject({ token: lease.token, expiresAt: 150_000 });
        await expect(claim("r2", 100_000)).rejects.toMatchObject({ code: "LEASE_HELD" });
      });

      it("can be parked: it stays on record, and the next one need not wait", async () => {
        const lease = await claim("r1", 0);
        const parked = await store.renew(lease, { now: 10_000, ttlMs: 0, step: "gate" });
        expect(await subject.open().lease()).toEqual(parked);
        expect((await claim("r1", 10_001)).token).toBeGreaterThan(lease.token);
      });

      it("goes to one of twenty callers of the same moment, the others are told who it is", async () => {
        const runs = [...Array(20).keys()].map((each) => `r${each}`);
        const results = await Promise.allSettled(runs.map((run) => claim(run, 0, subject.open())));
        const won = results.filter((result) => result.status === "fulfilled");
        const lost = results.filter((result) => result.status === "rejected");
        expect(won).toHaveLength(1);
        const winner = won[0]?.value.runId ?? "";
        expect(lost.map((result): unknown => result.reason)).toEqual(
          lost.map(() => refusal("LEASE_HELD", `run ${winner} of ${winner}@ops `)),
        );
        expect(await store.lease()).toEqual(won[0]?.value);
      });

      it("goes to one of several that find it run out, and to the same one for all", async () => {
        const first = await claim("r1", 0);
        const results = await Promise.allSettled(["r2", "r3", "r4"].map((run) => claim(run, 60_001, subject.open())));
        const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
        expect(won).toHaveLength(1);
        expect(won[0]?.token).toBeGreaterThan(first.token);
        expect(await store.lease()).toEqual(won[0]);
      });

      it("at its expiry goes either to its holder or to the one who asks for it, never to both", async () => {
        for (let round = 0; round < 5; round += 1) {
          const now = round * 1_000_000;
          const lease = await claim("r1", now);
          const late = now + 60_001;
          const [renewed, acquired] = await Promise.allSettled([
            store.renew(lease, { now: late, ttlMs: 60_000 }),
            claim("r2", late, subject.open()),
          ]);
          const holder = [renewed, acquired].flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
          expect(holder).toEqual([await store.lease()]);
          if (renewed.status === "rejected") expect(renewed.reason).toMatchObject({ code: "LEASE_LOST" });
          if (acquired.status === "rejected") expect(acquired.reason).toMatchObject({ code: "LEASE_HELD" });
          await Promise.all(holder.map((each) => store.release(each)));
        }
      });

      it("is prolonged by two calls of its holder at once", async () => {
        const lease = await claim("r1", 0);
        const both = [1_000, 2_000].map((now) => store.renew(lease, { now, ttlMs: 60_000 }));
        expect((await Promise.all(both)).map(({ token }) => token)).toEqual([lease.token, lease.token]);
      });

      it("never gives a token twice, however many take it and give it back at once", async () => {
        const take = async (run: string): Promise<readonly number[]> => {
          const tokens: number[] = [];
          const own = subject.open();
          for (let attempt = 0; attempt < 6; attempt += 1) {
            try {
              const lease = await claim(run, 0, own);
              tokens.push(lease.token);
              await own.release(lease);
            } catch (error) {
              expect(error).toMatchObject({ code: "LEASE_HELD" });
            }
          }
          return tokens;
        };
        const tokens = await Promise.all(["a", "b", "c"].map(take));
        const all = tokens.flat();
        expect(new Set(all).size).toBe(all.length);
        for (const own of tokens) expect(own).toEqual([...own].sort((a, b) => a - b));
        expect((await claim("d", 0)).token).toBeGreaterThan(Math.max(...all));
      });
    });
  });
}

const refusal = (code: string, words: string): unknown =>
  expect.objectContaining({ code, detail: expect.stringContaining(words) as string });
