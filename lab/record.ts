import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { z } from "zod";
import { ESTATE_NAMES, type EstateName, LabEstateError, USUAL_ESTATE } from "./estates";
import { writeWhole } from "./files";
import { LAB_STACK } from "./stackFiles";

/** What a lab tells about itself in `<dir>/lab.json`. It stays when the lab has stopped, for the port that it had. */
const recordSchema = z.object({
  pid: z.number().int(),
  /** Labs of earlier versions had the usual one. */
  stack: z.string().default(LAB_STACK),
  speed: z.number(),
  /** `http://127.0.0.1:<port>` of the lab's own questions: verdict, clock, state, stop. */
  control: z.url(),
  loadBalancerPort: z.number().int(),
  /** What stands in it; labs of earlier versions had the usual one. */
  estate: z.enum(ESTATE_NAMES).default(USUAL_ESTATE),
  /** What processes need in their environment to work against this lab. */
  env: z.record(z.string(), z.string()),
});

export type LabRecord = z.infer<typeof recordSchema>;

const FILE = "lab.json";
/** A start that was killed is in the way of the next one for this long. */
const STALE_START = 10_000;
const ANSWER_LIMIT = 2_000;

/** A second lab on a folder is refused: both would write the same region. */
export class LabRunningError extends Error {
  override readonly name = "LabRunningError";
  constructor(dir: string, pid: number) {
    super(
      `A lab is already running in ${dir} (process ${pid}). Stop it first, or choose another folder with TFE_REPAVE_LAB_DIR.`,
    );
  }
}

/** The estate of a lab that was there before, or of a new one. Throws `LabEstateError` where another is wanted. */
export function estateOf(dir: string, previous: LabRecord | undefined, wanted: EstateName | undefined): EstateName {
  if (!previous) return wanted ?? USUAL_ESTATE;
  if (wanted === undefined || wanted === previous.estate) return previous.estate;
  throw new LabEstateError(
    `The lab in ${dir} has the estate "${previous.estate}", not "${wanted}". Leave --estate out to use it, or make another lab: ` +
      `TFE_REPAVE_LAB_DIR=${dir}-${wanted} npm run lab -- --estate ${wanted}`,
  );
}

/** Throws `LabEstateError` where the folder has a lab of another stack. */
export function requireSameStack(dir: string, previous: LabRecord | undefined, wanted: string): void {
  if (!previous || previous.stack === wanted) return;
  throw new LabEstateError(
    `The lab in ${dir} has the stack "${previous.stack}", not "${wanted}". Use that name, or another folder with TFE_REPAVE_LAB_DIR.`,
  );
}

/** The record that was last written, whether or not that lab still runs. */
export async function readRecord(dir: string): Promise<LabRecord | undefined> {
  const text = await readFile(join(dir, FILE), "utf8").catch(() => "");
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Tells others of this lab. */
export const publish = (dir: string, record: LabRecord): Promise<void> =>
  writeWhole(join(dir, FILE), `${JSON.stringify(record, undefined, 2)}\n`);

/** The record of the lab that runs on this folder now; undefined: none does. */
export async function liveRecord(dir: string): Promise<LabRecord | undefined> {
  const record = await readRecord(dir);
  return record && exists(record.pid) && (await answers(record)) ? record : undefined;
}

/**
 * Starts a lab on a folder that has none: `start` runs while no other start on the folder can, and what it returns is published.
 * Throws `LabRunningError`.
 */
export async function claim<T extends { readonly record: LabRecord }>(
  dir: string,
  start: (previous: LabRecord | undefined) => Promise<T>,
): Promise<T> {
  await mkdir(dir, { recursive: true });
  const retries = { retries: 300, factor: 1, minTimeout: 100, maxTimeout: 100 };
  const release = await lock(dir, { lockfilePath: join(dir, "lab.lock"), stale: STALE_START, retries });
  try {
    const live = await liveRecord(dir);
    if (live) throw new LabRunningError(dir, live.pid);
    const started = await start(await readRecord(dir));
    await publish(dir, started.record);
    return started;
  } finally {
    await release();
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether it is that lab, and not another process that was given the number of a dead one. One that hangs counts as that lab. */
async function answers({ control, pid }: LabRecord): Promise<boolean> {
  try {
    const answer = await fetch(`${control}/clock`, { signal: AbortSignal.timeout(ANSWER_LIMIT) });
    return z.object({ pid: z.number() }).parse(await answer.json()).pid === pid;
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError";
  }
}
