import { readFile, readdir, mkdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { check, lock } from "proper-lockfile";
import { RepaveError } from "../../domain/errors";
import type { RolloutStore } from "../../ports/rollout";
import { below, readIfThere, replaceFile } from "../machine/files";
import { isAlive } from "../machine/process";
import { parseRolloutEntry, writtenRolloutEntry } from "../reporters/schema/rollout";
import { appendLine, wholeLines } from "./lines";

/** A process that was killed stands in the way for this long. */
const STALE_MS = 10_000;

const JOURNAL = ".jsonl";

/**
 * Rollouts of one file in a folder: `<id>.jsonl` is a journal, `<id>.stop` asks its process to end, `running.json` says whose process
 * it is. Ids sort by time.
 */
export function rolloutStore({ dir }: { readonly dir: string }): RolloutStore {
  const journal = (id: string): string => below(dir, `${id}${JOURNAL}`);
  const stop = (id: string): string => below(dir, `${id}.stop`);
  const running = join(dir, "running.json");
  const lockOptions = { lockfilePath: join(dir, "lock"), stale: STALE_MS };

  async function holder(): Promise<string | undefined> {
    const text = await readIfThere(running);
    if (text === undefined) return undefined;
    const { pid, host } = JSON.parse(text) as { readonly pid: number; readonly host: string };
    return host === hostname() && !isAlive(pid) ? undefined : `process ${pid} on ${host}`;
  }

  return {
    newest: () =>
      readable(dir, async () => {
        const names = await readdir(dir).catch(emptyIfMissing);
        const id = names
          .filter((name) => name.endsWith(JOURNAL))
          .sort()
          .at(-1)
          ?.slice(0, -JOURNAL.length);
        if (id === undefined) return undefined;
        const lines = wholeLines(await readFile(journal(id), "utf8"));
        return { id, entries: lines.map((line) => parseRolloutEntry(JSON.parse(line))) };
      }),
    async create() {
      await readable(dir, () => mkdir(dir, { recursive: true, mode: 0o700 }));
    },
    append: (id, entry) => readable(dir, () => appendLine(journal(id), writtenRolloutEntry(entry), 0o600)),
    async hold() {
      await readable(dir, () => mkdir(dir, { recursive: true, mode: 0o700 }));
      const alive = await readable(running, holder);
      const isLocked = await check(dir, lockOptions);
      if (alive !== undefined && isLocked) throw new RepaveError("ROLLOUT_RUNNING", alive);
      // What a killed process left goes stale; one that starts at the same moment keeps it.
      const retries = { retries: 30, factor: 1, minTimeout: 500, maxTimeout: 500 };
      const release = await lock(dir, { ...lockOptions, retries, onCompromised: () => undefined }).catch(() => {
        throw new RepaveError("ROLLOUT_RUNNING", "its lock is renewed by a process that does not say who it is");
      });
      await readable(dir, () =>
        replaceFile(running, `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`, 0o600),
      );
      return async () => {
        await rm(running, { force: true });
        await release().catch(() => undefined);
      };
    },
    isHeld: () =>
      readable(dir, async () => {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        return (await check(dir, lockOptions)) && (await holder()) !== undefined;
      }),
    askToStop: (id, by) => readable(dir, () => replaceFile(stop(id), `${by}\n`, 0o600)),
    stopAsked: (id) => readable(dir, async () => (await readIfThere(stop(id)))?.trim()),
  };
}

async function readable<T>(where: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof RepaveError) throw thrown;
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    throw new RepaveError("ROLLOUT_UNREADABLE", `${where}: ${said.replace(/\s+/g, " ").slice(0, 300)}`, {
      cause: thrown,
    });
  }
}

function emptyIfMissing(thrown: unknown): string[] {
  if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
  throw thrown;
}
