/** The stack program's guard: nothing is changed while a run that we do not belong to holds the stack or has left it unfinished. */
import { z } from "zod";
import { OPERATION_PREFIX, type LeaseRecord } from "../contract";
import { leaseAddress, readLease } from "./leaseRecord";
import type { RunStoreLocation } from "./runStore";

export interface LeaseGuard {
  readonly stack: string;
  readonly runs: RunStoreLocation;
  /** Token of the run on whose behalf the program works; undefined: a person's own `pulumi up`. */
  readonly fencingToken: number | undefined;
  /** Milliseconds since the epoch, on the clock of the runs. */
  readonly now: number;
}

/**
 * Why the program must not change the stack now; undefined: nothing speaks against it. A record that is there is a reason,
 * expired or not: a run that finished takes its record away. So is one that cannot be read: the stack may be held.
 */
export async function objection(guard: LeaseGuard): Promise<string | undefined> {
  try {
    return claim(await readLease(guard.runs, guard.stack), guard);
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const where = leaseAddress(guard.runs, guard.stack);
    return (
      `The lease of stack ${guard.stack} cannot be read, so a run may be in progress (${where}: ${why}). Nothing was changed. ` +
      "Make it readable, or remove it when you are sure that no run is alive."
    );
  }
}

/** The fencing token in the environment. Throws if it is not a number: it must be certain whose run this is. */
export function parseToken(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`A fencing token is a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function claim(lease: LeaseRecord | undefined, { stack, fencingToken, now }: LeaseGuard): string | undefined {
  if (lease?.token === fencingToken) return undefined;
  if (lease === undefined)
    return `This run no longer holds stack ${stack} and must not change it. Nothing was changed.`;
  if (fencingToken !== undefined && lease.token > fencingToken) {
    return `Run ${lease.runId} of ${lease.holder} has taken over stack ${stack}. This earlier run must not change it.`;
  }
  if (lease.expiresAt >= now) return held(lease, stack);
  // What is left of a command on the nodes: it never changes the stack.
  return lease.runId.startsWith(OPERATION_PREFIX) ? undefined : unfinished(lease, stack);
}

const held = (lease: LeaseRecord, stack: string): string =>
  [
    `Stack ${stack} is held by run ${lease.runId} of ${lease.holder} since ${time(lease.acquiredAt)}, ` +
      `at step ${step(lease)}. Its lease expires at ${time(lease.expiresAt)} and is renewed while the run is alive.`,
    "Nothing was changed. Wait for the run to end:",
    `  npm run status -- --stack ${stack}`,
    ...(lease.runId.startsWith(OPERATION_PREFIX)
      ? []
      : ["If its process is dead, resume the run:", `  npm run upgrade -- --stack ${stack} --resume`]),
  ].join("\n");

/** Its process stopped or died: an update now could bring the old build up beside the new one. */
const unfinished = (lease: LeaseRecord, stack: string): string =>
  [
    `Run ${lease.runId} of ${lease.holder} stopped at step ${step(lease)} and is not finished. Nothing was changed.`,
    "Resume it:",
    `  npm run upgrade -- --stack ${stack} --resume`,
    "or revert it:",
    `  npm run abort -- --stack ${stack}`,
  ].join("\n");

const step = (lease: LeaseRecord): string => lease.step ?? "(none yet)";
const time = (ms: number): string => new Date(ms).toISOString();
