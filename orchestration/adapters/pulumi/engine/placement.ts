import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { lock } from "proper-lockfile";

/** How often a waiting process checks whether the other has finished (ms). */
const LOOK_AGAIN_MS = 100;
/** A lock that was not renewed for this long belongs to a process that died (ms). */
const STALE_MS = 15_000;

export interface PlacementOptions {
  /** Folder to put in place. */
  readonly target: string;
  /** Whether the target exists and is usable: checked first, again under the lock, and again before the rename. */
  readonly present: () => Promise<boolean>;
  /** Fills an empty folder. */
  readonly fill: (folder: string) => Promise<void>;
  /** Called once, if another process is at work on the same target. */
  readonly onWait: () => void;
  /** Bound on waiting for another process (ms). */
  readonly waitMs: number;
}

/**
 * Puts a folder in place as a whole or not at all: filled under another name beside the target, then renamed. Of several
 * processes one does the work; the others wait and find the result. Resolves whether this caller did the work.
 */
export async function putInPlace(options: PlacementOptions): Promise<boolean> {
  const { target, present, fill } = options;
  await mkdir(dirname(target), { recursive: true });
  const release = await acquire(options);
  try {
    if (await present()) return false;
    await removeLeftovers(target);
    const folder = await mkdtemp(leftoverPrefix(target));
    try {
      await fill(folder);
      if (await present()) return false;
      await rm(target, { recursive: true, force: true });
      await rename(folder, target);
      return true;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

async function acquire({ target, onWait, waitMs }: PlacementOptions): Promise<() => Promise<void>> {
  const once = () =>
    lock(target, {
      // The target need not be there yet.
      realpath: false,
      stale: STALE_MS,
      // A machine that slept loses its lock. Whoever took it over does the same work, and the rename is asked for once more
      // only when the target is not usable by then; so nothing is to be done about it.
      onCompromised: () => undefined,
    });
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    try {
      const release = await once();
      // A compromised lock is lost, and that does not fail the work done.
      return () => release().catch(() => undefined);
    } catch (thrown) {
      const held = (thrown as NodeJS.ErrnoException).code === "ELOCKED";
      if (!held || waited >= waitMs) throw thrown;
      if (waited === 0) onWait();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

function leftoverPrefix(target: string): string {
  return join(dirname(target), `.${basename(target)}.`);
}

/** What processes left behind that were killed at work. Only the holder of the lock may call this. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = basename(leftoverPrefix(target));
  for (const name of await readdir(dirname(target))) {
    if (name.startsWith(prefix)) await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}
