import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { LeaseRecord } from "../../../infra/contract";
import { LEASE_FILE, MOST_TOKENS } from "../../../infra/runs/leaseRecord";
import { runsPath } from "../../../infra/runs/runStore";
import { RepaveError } from "../../domain/errors";
import { shellLine } from "../nodeShell/shellLine";
import {
  describeLease,
  type Leases,
  newLease,
  onceNobodyRuns,
  parseLease,
  readable,
  reading,
  requireCredible,
  tokenAfter,
  writing,
} from "./runRecords";
import type { S3Objects, Stored } from "../aws/conditionalObjects";

const COUNTER = z.object({ token: z.int().positive().max(MOST_TOKENS) });

/** How often a lease that changes between read and write is read again: each time another process made progress. */
const ATTEMPTS = 100;

/** A lease and the object that it was read from or written to. */
interface Held {
  readonly lease: LeaseRecord;
  readonly object: Stored;
}

/**
 * The lease of a stack as an object beside its runs, where the stack program looks as well. Each write is conditional on what
 * was read, so of several writers one gets through. The highest token given is kept in an object of its own, which only the
 * writer of the lease touches: so tokens go on rising after a lease is given back.
 * What counts as expired is judged on the clock of whoever asks; that of a machine far ahead takes over early, and the tokens
 * stop the one that was overtaken.
 */
export function s3Lease(objects: S3Objects, bucket: string, folder: string): Leases {
  const leaseKey = runsPath(folder, LEASE_FILE);
  const counterKey = runsPath(folder, "lease.token");
  const removing = (key: string): string => onceNobodyRuns(shellLine(["aws", "s3", "rm", `s3://${bucket}/${key}`]));

  const read = (): Promise<Held | undefined> =>
    readable(
      `s3://${bucket}/${leaseKey}`,
      async () => {
        const object = await objects.read(leaseKey);
        return object && { lease: parseLease(JSON.parse(object.body)), object };
      },
      removing(leaseKey),
    );

  const tokenIn = (counter: Stored | undefined): Promise<number> =>
    readable(
      `s3://${bucket}/${counterKey}`,
      () => (counter === undefined ? 0 : COUNTER.parse(JSON.parse(counter.body)).token),
      removing(counterKey),
    );

  const after = (token: number): number => tokenAfter(token, removing(counterKey));

  async function write(lease: LeaseRecord, writeId: string, expected: Stored | undefined): Promise<Held | undefined> {
    const object = await objects.write(leaseKey, asBody(lease, writeId), expected);
    return object && { lease, object };
  }

  /** Enters the lease's token as the highest, or gives the lease a higher one. Undefined: it was taken over meanwhile. */
  async function number(held: Held, writeId: string, seen: Stored | undefined): Promise<LeaseRecord | undefined> {
    let numbered: Held | undefined = held;
    for (let counter = seen; ; counter = await objects.read(counterKey)) {
      const token = Math.max(numbered.lease.token, after(await tokenIn(counter)));
      if (token > numbered.lease.token) numbered = await write({ ...numbered.lease, token }, writeId, numbered.object);
      if (!numbered) return undefined;
      if (await objects.write(counterKey, asBody({ token }, writeId), counter)) return numbered.lease;
      // A lease was taken, numbered and given back after we had read the counter.
    }
  }

  /** Removes a lease that no process was given, so that it blocks none. */
  async function withdraw(writeId: string): Promise<void> {
    const object = await objects.read(leaseKey);
    if (object?.body.includes(writeId)) await objects.remove(leaseKey, object);
  }

  async function tryToAcquire(wanted: Omit<LeaseRecord, "token">): Promise<LeaseRecord | undefined> {
    const before = await read();
    if (before) requireCredible(before.lease, wanted.acquiredAt, removing(leaseKey));
    if (before && before.lease.expiresAt >= wanted.acquiredAt) {
      throw new RepaveError("LEASE_HELD", describeLease(before.lease));
    }
    const counter = await objects.read(counterKey);
    const token = after(Math.max(await tokenIn(counter), before?.lease.token ?? 0));
    const writeId = randomUUID();
    try {
      const taken = await write({ ...wanted, token }, writeId, before?.object);
      return taken && (await number(taken, writeId, counter));
    } catch (thrown) {
      await withdraw(writeId).catch(() => undefined);
      throw thrown;
    }
  }

  async function tryToRenew(ours: LeaseRecord, change: Partial<LeaseRecord>): Promise<LeaseRecord | undefined> {
    const held = await read();
    if (!held || !isSame(held.lease, ours)) {
      throw new RepaveError(
        "LEASE_LOST",
        held ? describeLease(held.lease) : `the lease of run ${ours.runId} no longer exists`,
      );
    }
    return (await write({ ...held.lease, ...change }, randomUUID(), held.object))?.lease;
  }

  return {
    acquire: (request) => persistently(() => tryToAcquire(newLease(request))),
    renew: (lease, { now, ttlMs, ...reached }) =>
      persistently(() => tryToRenew(lease, { renewedAt: now, expiresAt: now + ttlMs, ...reached })),
    release: (lease) =>
      persistently(async () => {
        const held = await read();
        if (!held || !isSame(held.lease, lease)) return true;
        await objects.remove(leaseKey, held.object);
        // Our own heartbeat may have come in between: read again.
        return undefined;
      }).then(() => undefined),
    lease: () => reading(async () => (await read())?.lease),
  };
}

/** Tries again for as long as others get on: what was read did not hold any more when it came to writing. */
const persistently = <T>(act: () => Promise<T | undefined>): Promise<T> =>
  writing(async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const result = await act();
      if (result !== undefined) return result;
    }
    throw new RepaveError("AWS_CALL_FAILED", "the lease changes faster than it can be read");
  });

/** No other call writes the same. */
const asBody = (content: object, writeId: string): string => `${JSON.stringify({ ...content, writeId })}\n`;

const isSame = (a: LeaseRecord, b: LeaseRecord): boolean =>
  a.token === b.token && a.runId === b.runId && a.holder === b.holder && a.acquiredAt === b.acquiredAt;
