import { readdir, readFile, rm, stat } from "node:fs/promises";
import { hostname as machineName, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A lock of a backend that keeps its state in files, as the engine names it when it stands in the way. */
interface EngineLock {
  readonly file: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
}

/** `  file:///…/<uuid>.json?no_tmp_dir=true: created by ann@ops (pid 4711) at 2026-01-05T08:00:00Z`. */
const NAMED = /^\s*(\S+\/\.pulumi\/locks\/\S+\.json\S*): created by (.+)@(\S+) \(pid (\d+)\) at \S+$/;

export interface Machine {
  readonly host: string;
  readonly user: string;
  isAlive(pid: number): boolean;
}

const thisMachine = (): Machine => ({ host: machineName(), user: userInfo().username, isAlive });

/**
 * Removes the locks that the engine's words name, if every one of them was left by a process of this user on this machine that is
 * dead. Engines have no heartbeat: such a lock would stand for good, though nobody changes the stack. A lock whose process lives,
 * or is out of sight (another host, another user, a backend that is no folder), is never touched. Answers who had left them.
 */
export async function removeDeadLocks(words: string, machine = thisMachine()): Promise<readonly string[]> {
  const locks = words.split("\n").flatMap((line) => lockIn(line) ?? []);
  const dead = locks.filter(
    (lock) =>
      lock.file.startsWith("file:") &&
      lock.host === machine.host &&
      lock.user === machine.user &&
      !machine.isAlive(lock.pid),
  );
  if (dead.length < locks.length) return [];
  for (const lock of dead) {
    const url = new URL(lock.file);
    url.search = "";
    const file = fileURLToPath(url);
    await rm(file, { force: true });
    await rm(`${file}.attrs`, { force: true });
  }
  return dead.map(({ user, host, pid }) => `${user}@${host} (process ${pid})`);
}

/** An engine writes a lock in milliseconds: what is no lock after this time has no writer any more. */
const TORN_AFTER_MS = 5_000;

/**
 * Removes what an engine left that died in the very writing of its lock, which no other engine can read or pass. Such a lock was
 * never held. Answers the names of what was removed.
 */
export async function removeTornLocks(folder: string, now = Date.now()): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const [text, found] = await Promise.all([readFile(file, "utf8"), stat(file)]).catch(
      () => ["{}", undefined] as const,
    );
    if (isJson(text) || found === undefined || now - found.mtimeMs < TORN_AFTER_MS) continue;
    await rm(file, { force: true });
    removed.push(name);
  }
  return removed;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function lockIn(line: string): EngineLock | undefined {
  const [, file, user, host, pid] = NAMED.exec(line) ?? [];
  if (file === undefined || user === undefined || host === undefined) return undefined;
  return { file, user, host, pid: Number(pid) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
