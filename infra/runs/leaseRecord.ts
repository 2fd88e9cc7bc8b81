/** The lease of a stack as it is written: read by the stack program, written by the run stores. */
import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import type { LeaseRecord } from "../contract";
import { boundedFile, MOST_RECORD_BYTES } from "./bounded";
import { readObject } from "./bucket";
import { type RunStoreLocation, runsPath } from "./runStore";

export const LEASE_FILE = "lease.json";

/** Milliseconds since the epoch, of a moment that a date can hold. */
export const MOMENT = z.number().min(0).max(8.64e15);
/** A name or a sentence. Bounded, since anyone who may write to the store could have written more. */
export const SHORT = z.string().max(1_000);

/** The last of the tokens: one more must still be a whole number. */
export const MOST_TOKENS = 2 ** 52;

/** What the lease keeps of its holder's secret: who reads the lease cannot act as its holder. */
export const proofOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export const LEASE_RECORD = z.object({
  schema: z.literal(1),
  token: z.int().positive().max(MOST_TOKENS),
  runId: SHORT,
  holder: SHORT,
  acquiredAt: MOMENT,
  renewedAt: MOMENT,
  expiresAt: MOMENT,
  step: SHORT.exactOptional(),
  entries: z.int().min(0).exactOptional(),
  proof: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
}) satisfies z.ZodType<LeaseRecord>;

/** Where a person finds the record. */
export const leaseAddress = (runs: RunStoreLocation, stack: string): string => recordAddress(runs, stack, LEASE_FILE);

/** The path or URL of a stack's record with this name, for a person. */
export function recordAddress(runs: RunStoreLocation, stack: string, name: string): string {
  return runs.kind === "folder"
    ? path.join(runs.dir, stack, name)
    : `s3://${runsPath(runs.bucket, runs.prefix, stack, name)}`;
}

/** The stack's lease; undefined: it is free. Throws if that is unknown. */
export async function readLease(runs: RunStoreLocation, stack: string): Promise<LeaseRecord | undefined> {
  const text = await readRecord(runs, stack, LEASE_FILE);
  return text === undefined ? undefined : LEASE_RECORD.parse(JSON.parse(text));
}

/** A stack's record with this name; undefined: there is none. Throws if that is unknown. */
export async function readRecord(runs: RunStoreLocation, stack: string, name: string): Promise<string | undefined> {
  return runs.kind === "folder"
    ? boundedFile(recordAddress(runs, stack, name), MOST_RECORD_BYTES)
    : readObject(runs.bucket, runsPath(runs.prefix, stack, name), runs.aws);
}
