import { z } from "zod";
import { BUILD_RECORD } from "../../../infra/runs/buildRecord";
import type { BuildRecord, LeaseRecord } from "../../../infra/contract";
import { LEASE_RECORD, MOMENT, SHORT } from "../../../infra/runs/leaseRecord";
import { RepaveError } from "../../domain/errors";
import { stepLabel } from "../../domain/labels";
import type { RunRecord, RunStore } from "../../ports/runStore";
import { plan } from "../reporters/schema/values";

/** The part of a store that is the stack's lease. */
export type Leases = Pick<RunStore, "acquire" | "renew" | "release" | "lease">;

const RUN = z.object({
  schema: z.literal(1),
  runId: SHORT,
  stack: SHORT,
  createdAt: MOMENT,
  operator: SHORT,
  plan,
  scheduled: z.literal(true).exactOptional(),
});

/** A run as it was begun, by this version of the program or an earlier one. */
export const parseRun = (value: unknown): RunRecord => RUN.parse(value);
export const parseBuild = (value: unknown): BuildRecord => BUILD_RECORD.parse(value);
export const parseLease = (value: unknown): LeaseRecord => LEASE_RECORD.parse(value);

export const oldestFirst = (runs: readonly (RunRecord | undefined)[]): readonly RunRecord[] =>
  runs.filter((run) => run !== undefined).sort((a, b) => a.createdAt - b.createdAt);

/** Throws `LEASE_LOST` if the kept record is not older than the new one. */
export function requireNewer(kept: BuildRecord | undefined, record: BuildRecord): void {
  if (kept === undefined || kept.number < record.number) return;
  throw new RepaveError("LEASE_LOST", `run ${kept.runId} recorded build ${kept.number} of the stack meanwhile`);
}

const DAY_MS = 86_400_000;

/**
 * Refuses a lease that cannot be genuine: one lasts a minute and is renewed. Left alone, it would hold the stack for ever.
 * Throws `JOURNAL_UNWRITABLE`, with what to do.
 */
export function requireCredible({ runId, expiresAt }: LeaseRecord, now: number): void {
  if (expiresAt <= now + DAY_MS) return;
  throw new RepaveError(
    "JOURNAL_UNWRITABLE",
    `the lease of run ${runId} is damaged: it would last until ${time(expiresAt)}. Remove lease.json once you have seen that no run is alive`,
  );
}

const time = (ms: number): string => new Date(ms).toISOString();

export const describeLease = ({ runId, holder, acquiredAt, step, expiresAt }: LeaseRecord): string =>
  `run ${runId} of ${holder} since ${time(acquiredAt)}, at ${step === undefined ? "its start" : stepLabel(step)}, until ${time(expiresAt)}`;

/**
 * What a store, or the content of one, makes impossible is `JOURNAL_UNWRITABLE`. What may pass by itself keeps its name:
 * `CREDENTIALS_INVALID` and `AWS_CALL_FAILED`.
 */
export async function inStore<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof RepaveError && thrown.code !== "AWS_REFUSED") throw thrown;
    const words = thrown instanceof RepaveError ? thrown.detail : String(thrown);
    const detail = thrown instanceof z.ZodError ? z.prettifyError(thrown) : words;
    throw new RepaveError("JOURNAL_UNWRITABLE", detail, { cause: thrown });
  }
}

/** A name that is one part of a path and nothing more. */
export function plainName(name: string): string {
  if (!/^[\w][\w.:-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
  return name;
}
