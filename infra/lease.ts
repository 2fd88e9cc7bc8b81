/** The stack program's guard: nothing is changed while a run that we do not belong to holds the stack. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { LeaseRecord } from "./contract";

const RECORD = z.object({
  schema: z.literal(1),
  token: z.int(),
  runId: z.string(),
  holder: z.string(),
  acquiredAt: z.number(),
  renewedAt: z.number(),
  expiresAt: z.number(),
  step: z.string().exactOptional(),
});

const SCALE = z.object({ speed: z.number().positive(), realOrigin: z.number(), labOrigin: z.number() });

export interface LeaseGuard {
  readonly stack: string;
  /** Folder of the runs; the lease is `<stack>/lease.json` in it. */
  readonly runsDir: string;
  /** Token of the run on whose behalf the program works; undefined: a person's own `pulumi up`. */
  readonly fencingToken: number | undefined;
  /** Milliseconds since the epoch, on the clock of the runs. */
  readonly now: number;
}

/**
 * Why the program must not change the stack now; undefined: nothing speaks against it. A lease that cannot be read is a
 * reason: it may be held.
 */
export function objection(guard: LeaseGuard): string | undefined {
  const file = path.join(guard.runsDir, guard.stack, "lease.json");
  try {
    const text = readIfThere(file);
    return text === undefined ? undefined : claim(RECORD.parse(JSON.parse(text)), guard);
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return (
      `The lease of stack ${guard.stack} cannot be read, so a run may be under way (${file}: ${why}). Nothing was changed. ` +
      "Make the file readable, or remove it once you have seen that no run is alive."
    );
  }
}

/** The time on which leases are written: the machine's, or the scaled one that `TFE_REPAVE_CLOCK` describes. */
export function runClock(scale: string | undefined, real = Date.now()): number {
  if (scale === undefined || scale === "") return real;
  const { speed, realOrigin, labOrigin } = SCALE.parse(JSON.parse(scale));
  return labOrigin + (real - realOrigin) * speed;
}

/** The fencing token as the environment carries it. Throws where it is no number: whose run this is must be certain. */
export function parseToken(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`A fencing token is a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function claim(lease: LeaseRecord, { stack, fencingToken, now }: LeaseGuard): string | undefined {
  if (lease.token === fencingToken) return undefined;
  if (fencingToken !== undefined && lease.token > fencingToken) {
    return `Run ${lease.runId} of ${lease.holder} has taken stack ${stack} over; this older run must not change it any more.`;
  }
  if (lease.expiresAt < now) return undefined;
  return [
    `Stack ${stack} is held by run ${lease.runId} of ${lease.holder} since ${time(lease.acquiredAt)}, ` +
      `at step ${lease.step ?? "(none yet)"}; its lease lasts until ${time(lease.expiresAt)} and is renewed while the run lives.`,
    "Nothing was changed. Wait for the run to end:",
    `  npm run status -- --stack ${stack}`,
    "If its holder is dead the lease runs out by itself, and the command that started the run goes on from where it stopped.",
  ].join("\n");
}

const time = (ms: number): string => new Date(ms).toISOString();

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
