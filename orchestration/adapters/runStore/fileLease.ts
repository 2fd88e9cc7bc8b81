import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { z } from "zod";
import type { LeaseRecord } from "../../../infra/contract";
import { boundedFile, MOST_RECORD_BYTES } from "../../../infra/runs/bounded";
import { LEASE_FILE, MOST_TOKENS } from "../../../infra/runs/leaseRecord";
import { RepaveError } from "../../domain/errors";
import { privateModes, replaceFile } from "../machine/files";
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

/** For the few milliseconds in which a lease is read and written; a process that died in them stands in the way for 10 s. */
const LOCK = {
  stale: 10_000,
  retries: { retries: 150, factor: 1.2, minTimeout: 5, maxTimeout: 150 },
  // A process that slept through them (a closed lid) may write late; the tokens show it at the next renewal.
  onCompromised: () => undefined,
};

/**
 * The lease of a stack as `lease.json` in its folder, where the stack program looks as well. The highest token ever given is kept
 * beside it in `lease.token`, so that tokens go on rising after a lease is given back.
 */
export function fileLease(dir: string): Leases {
  const leaseFile = join(dir, LEASE_FILE);
  const tokenFile = join(dir, "lease.token");

  const removeLease = onceNobodyRuns(shellLine(["rm", "-r", leaseFile]));
  const removeToken = onceNobodyRuns(shellLine(["rm", "-r", tokenFile]));

  const read = (): Promise<LeaseRecord | undefined> =>
    readable(
      leaseFile,
      async () => {
        const text = await boundedFile(leaseFile, MOST_RECORD_BYTES);
        return text === undefined ? undefined : parseLease(JSON.parse(text));
      },
      removeLease,
    );

  const highestToken = (): Promise<number> =>
    readable(
      tokenFile,
      async () => {
        const text = await boundedFile(tokenFile, MOST_RECORD_BYTES);
        return text === undefined ? ((await read())?.token ?? 0) : TOKEN.parse(text.trim());
      },
      removeToken,
    );

  const write = async (lease: LeaseRecord): Promise<void> =>
    replaceFile(leaseFile, `${JSON.stringify(lease, null, 2)}\n`, (await privateModes(dir)).file);

  const alone = <T>(act: () => Promise<T>): Promise<T> =>
    writing(async () => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const unlock = await lock(dir, { ...LOCK, lockfilePath: join(dir, "lease.lock") });
      try {
        return await act();
      } finally {
        await unlock();
      }
    });

  return {
    acquire: (request) =>
      alone(async () => {
        const { now } = request;
        const held = await read();
        if (held) requireCredible(held, now, removeLease);
        if (held && held.expiresAt >= now) throw new RepaveError("LEASE_HELD", describeLease(held));
        const token = tokenAfter(await highestToken(), removeToken);
        const lease = { ...newLease(request), token };
        // The token first: dying in between wastes a number, the other way round would give one out twice.
        await replaceFile(tokenFile, `${token}\n`, (await privateModes(dir)).file);
        await write(lease);
        return lease;
      }),
    renew: (lease, { now, ttlMs, ...reached }) =>
      alone(async () => {
        const held = await read();
        if (held?.token !== lease.token || (await highestToken()) > lease.token) {
          throw new RepaveError(
            "LEASE_LOST",
            held ? describeLease(held) : `the lease of run ${lease.runId} no longer exists`,
          );
        }
        const renewed = { ...held, renewedAt: now, expiresAt: now + ttlMs, ...reached };
        await write(renewed);
        return renewed;
      }),
    release: (lease) =>
      alone(async () => {
        if ((await read())?.token === lease.token) await rm(leaseFile, { force: true });
      }),
    lease: () => reading(read),
  };
}

const TOKEN = z.coerce.number().int().min(0).max(MOST_TOKENS);
