import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runsPath } from "../../../infra/runs/runStore";
import { RepaveError } from "../../domain/errors";
import { s3Objects, type S3Place } from "../aws/conditionalObjects";
import { fileLease } from "./fileLease";
import { type Leases, writing } from "./runRecords";
import { s3Lease } from "./s3Lease";

/** A minute: the trial is over long before. */
const TTL_MS = 60_000;

/** Names that begin with a dot are no run's. */
const trialName = (): string => `.doctor-${randomUUID()}`;

/** Tries the lock of a stack's folder of runs, in a folder of its own below it. Throws `JOURNAL_UNWRITABLE`. */
export async function tryFolderLock(dir: string): Promise<void> {
  const trial = join(dir, trialName());
  try {
    await twoHolders(fileLease(trial));
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** Tries the lock of a stack's runs in a bucket, below a key of its own. Throws `JOURNAL_UNWRITABLE`. */
export async function tryBucketLock({ prefix, ...place }: S3Place & { readonly prefix: string }): Promise<void> {
  const objects = s3Objects(place);
  const trial = runsPath(prefix, trialName());
  await writing(async () => {
    try {
      const key = `${trial}/once`;
      await objects.write(key, "first", undefined);
      // An S3 that does not know conditional writes would take the second as well.
      if (await objects.write(key, "second", undefined)) throw new Error(`${place.bucket} ignores conditional writes`);
      await twoHolders(s3Lease(objects, place.bucket, trial));
    } finally {
      for (const key of await objects.list(`${trial}/`)) {
        const left = await objects.read(key);
        if (left) await objects.remove(key, left);
      }
    }
  });
}

/** Of two holders the second must be refused while the first holds the lease. */
async function twoHolders(leases: Leases): Promise<void> {
  const now = Date.now();
  const request = { holder: "doctor", now, ttlMs: TTL_MS };
  const held = await leases.acquire({ ...request, runId: "first" });
  const second = await leases.acquire({ ...request, runId: "second" }).catch((thrown: unknown) => thrown);
  if (!(second instanceof RepaveError) || second.code !== "LEASE_HELD") {
    if (second instanceof RepaveError) throw second;
    throw new RepaveError("JOURNAL_UNWRITABLE", "the store gave one lease to two holders");
  }
  const renewed = await leases.renew(held, { now, ttlMs: TTL_MS });
  await leases.release(renewed);
}
