import { z } from "zod";
import { BUILD_RECORD } from "../../../infra/runs/buildRecord";
import type { BuildRecord, LeaseRecord } from "../../../infra/contract";
import { LEASE_RECORD, MOMENT, MOST_TOKENS, proofOf, SHORT } from "../../../infra/runs/leaseRecord";
import { RepaveError } from "../../domain/errors";
import { stepLabel } from "../../domain/text/labels";
import type { RunRecord, RunStore, UnreadableRun } from "../../ports/runStore";
import { boundedPlan } from "../reporters/schema/values";

/** The part of a store that is the stack's lease. */
export type Leases = Pick<RunStore, "acquire" | "renew" | "release" | "lease">;

/** Entries of one journal, and runs of one store: more than any stack has in its life. */
export const MOST_ENTRIES = 200_000;
export const MOST_RUNS = 20_000;

const RUN = z
  .object({
    schema: z.literal(1),
    runId: SHORT,
    // Commands that people are asked to run contain it.
    stack: z.string().regex(/^[\w./-]{1,200}$/),
    createdAt: MOMENT,
    operator: SHORT,
    plan: boundedPlan,
    scheduled: z.literal(true).exactOptional(),
  })
  .refine(({ stack, plan: { stack: planned } }) => stack === planned, "the plan is for another stack");

/** What anyone else may have written, in a sentence and not in a book. */
const why = (thrown: unknown): string => {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const words = thrown instanceof z.ZodError ? z.prettifyError(thrown) : said;
  return words.replace(/\s+/g, " ").slice(0, 300);
};

/**
 * Reads a part of the store. Throws `RUN_STORE_UNREADABLE`, which names the part, for content that is not as we write it; with
 * `remedy`, if there is one. Errors of the system and of AWS, which are not about the content, stay as they are.
 */
export async function readable<T>(name: string, read: () => T | Promise<T>, remedy = ""): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof RepaveError || (thrown as NodeJS.ErrnoException).syscall !== undefined) throw thrown;
    const detail = [`${name}: ${why(thrown)}`, ...(remedy === "" ? [] : [remedy])].join(". ");
    throw new RepaveError("RUN_STORE_UNREADABLE", detail, { cause: thrown });
  }
}

/** Reads a run as it was begun, by this version of the program or an earlier one. */
export const parseRun = (value: unknown): RunRecord => RUN.parse(value);

/** Reads the run that the store has under this id. */
export function runOf(id: string, value: unknown): RunRecord {
  const run = parseRun(value);
  if (run.runId !== id) throw new Error(`it is the record of ${run.runId}`);
  const planned = plannedAt(id);
  // Runs are in the order of these times: a later one would hide the runs after it.
  if (planned !== undefined && (run.createdAt < planned - DAY_MS || run.createdAt > planned + LONGEST_QUESTION_MS))
    throw new Error(`it was created at ${time(run.createdAt)}, which its id contradicts`);
  return run;
}

export const parseBuild = (value: unknown): BuildRecord => BUILD_RECORD.parse(value);
export const parseLease = (value: unknown): LeaseRecord => LEASE_RECORD.parse(value);

const DAY_MS = 86_400_000;
/** A run gets its id when it is planned, and its record when its operator has agreed. */
const LONGEST_QUESTION_MS = 7 * DAY_MS;

/** When a run or an operation was planned, by its id: `run-20261123-031500-642-k3f9`. Undefined: it does not say. */
function plannedAt(id: string): number | undefined {
  const [, y, m, d, h, min, s] = /^(?:run|op-[a-z-]+)-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(id) ?? [];
  const at = y === undefined ? NaN : Date.parse(`${y}-${m}-${d}T${h}:${min}:${s}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** What a store found in a run's place: its record, the reason why there is none, or nothing that is a run. */
export type Found = { readonly run: RunRecord } | { readonly unreadable: UnreadableRun } | undefined;

/** Reads one run of many: one that is damaged must not stand in the way of the others. */
export async function found(runId: string, read: () => Promise<RunRecord | undefined>): Promise<Found> {
  try {
    const run = await read();
    return run && { run };
  } catch (thrown) {
    // Who cannot reach the store cannot say which runs it holds. One file of another owner is one run.
    if (thrown instanceof RepaveError && !["RUN_STORE_UNREADABLE", "AWS_REFUSED"].includes(thrown.code)) throw thrown;
    const words = thrown instanceof RepaveError ? thrown.detail : why(thrown);
    return { unreadable: { runId, createdAt: plannedAt(runId) ?? 0, why: words } };
  }
}

export const runsIn = (all: readonly Found[]): readonly RunRecord[] =>
  all
    .flatMap((each) => (each && "run" in each ? [each.run] : []))
    .sort((a, b) => a.createdAt - b.createdAt || (a.runId < b.runId ? -1 : 1));

export const unreadableIn = (all: readonly Found[]): readonly UnreadableRun[] =>
  all
    .flatMap((each) => (each && "unreadable" in each ? [each.unreadable] : []))
    .sort((a, b) => a.createdAt - b.createdAt);

/** Throws `RUN_STORE_UNREADABLE` for more of something than a store can have come to hold by our runs. */
export function atMost(most: number, count: number, what: string): void {
  if (count <= most) return;
  throw new RepaveError(
    "RUN_STORE_UNREADABLE",
    `it holds ${count} ${what}; at most ${most} are read. Move old runs away`,
  );
}

/** Throws `LEASE_LOST` if the kept record is not older than the new one. */
export function requireNewer(kept: BuildRecord | undefined, record: BuildRecord): void {
  if (kept === undefined || kept.number < record.number) return;
  throw new RepaveError("LEASE_LOST", `run ${kept.runId} recorded build ${kept.number} of the stack meanwhile`);
}

/**
 * Refuses a lease that cannot be genuine: one lasts a minute and is renewed. Left alone, it would hold the stack for ever.
 * Throws `RUN_STORE_UNREADABLE`, with what to do.
 */
export function requireCredible({ runId, expiresAt }: LeaseRecord, now: number, remedy: string): void {
  if (expiresAt <= now + DAY_MS) return;
  throw new RepaveError(
    "RUN_STORE_UNREADABLE",
    `the lease of run ${runId} is damaged: it would last until ${time(expiresAt)}. ${remedy}`,
  );
}

/** The next of the tokens, which only rise. Throws `RUN_STORE_UNREADABLE` after the last one, which no run reaches. */
export function tokenAfter(highest: number, remedy: string): number {
  if (highest < MOST_TOKENS) return highest + 1;
  throw new RepaveError("RUN_STORE_UNREADABLE", `the lease has token ${highest}, after which there is none. ${remedy}`);
}

/** A lease as it is given, but for its token. Of its holder's secret it keeps a digest. */
export const newLease = ({
  runId,
  holder,
  secret,
  now,
  ttlMs,
}: Parameters<Leases["acquire"]>[0]): Omit<LeaseRecord, "token"> => ({
  schema: 1,
  runId,
  holder,
  acquiredAt: now,
  renewedAt: now,
  expiresAt: now + ttlMs,
  ...(secret === undefined ? {} : { proof: proofOf(secret) }),
});

/** What to do about files of the lease that cannot be read. `removal`: the command. */
export const onceNobodyRuns = (removal: string): string =>
  `Once you have seen that no run of the stack is alive, remove what is damaged: ${removal}`;

const time = (ms: number): string => new Date(ms).toISOString();

export const describeLease = ({ runId, holder, acquiredAt, step, expiresAt }: LeaseRecord): string =>
  `run ${runId} of ${holder} since ${time(acquiredAt)}, at ${step === undefined ? "its start" : stepLabel(step)}, until ${time(expiresAt)}`;

/** Reads a store. What it makes impossible is `RUN_STORE_UNREADABLE`. What may pass by itself keeps its name, as in `writing`. */
export const reading = <T>(act: () => Promise<T>): Promise<T> => inStore("RUN_STORE_UNREADABLE", act);

/**
 * Writes to a store. What it makes impossible is `JOURNAL_UNWRITABLE`. What may pass by itself keeps its name.
 */
export const writing = <T>(act: () => Promise<T>): Promise<T> => inStore("JOURNAL_UNWRITABLE", act);

async function inStore<T>(code: "RUN_STORE_UNREADABLE" | "JOURNAL_UNWRITABLE", act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof RepaveError && thrown.code !== "AWS_REFUSED") throw thrown;
    throw new RepaveError(code, thrown instanceof RepaveError ? thrown.detail : why(thrown), { cause: thrown });
  }
}

const PLAIN = /^\w[\w.:-]*$/;

/** Whether a folder can be a run's. Others (`.snapshot` of a file server, one that a person set aside) are nobody's business. */
export const isPlain = (name: string): boolean => PLAIN.test(name);

/** A name that is one part of a path and nothing more. */
export function plainName(name: string): string {
  if (!isPlain(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
  return name;
}
