/** The stack program's guard: nothing is changed while a run that we do not belong to holds the stack or has left it unfinished. */
import { z } from "zod";
import { OPERATION_PREFIX, type LeaseRecord } from "../contract";
import { leaseAddress, proofOf, readLease } from "./leaseRecord";
import type { RunStoreLocation } from "./runStore";

export interface LeaseGuard {
  readonly stack: string;
  readonly runs: RunStoreLocation;
  /** Secret of the run on whose behalf the program works; undefined: a person's own `pulumi up`. */
  readonly fencingSecret: string | undefined;
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

/** The secret in the environment. Throws if it is none: it must be certain whose run this is. Never shows the text. */
export function parseSecret(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^[\w-]{32,200}$/.test(text)) throw new Error("TFE_REPAVE_FENCING_TOKEN is not the secret of a run");
  return text;
}

function claim(lease: LeaseRecord | undefined, { stack, fencingSecret, now }: LeaseGuard): string | undefined {
  if (lease === undefined) {
    if (fencingSecret === undefined) return undefined;
    return `This run no longer holds stack ${stack} and must not change it. Nothing was changed.`;
  }
  if (fencingSecret !== undefined) {
    if (lease.proof === proofOf(fencingSecret)) return undefined;
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
