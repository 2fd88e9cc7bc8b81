import { readdir, readFile, rm } from "node:fs/promises";
import { hostname as machineName, userInfo } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "../machine/process";

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

/** An engine writes such a file in milliseconds: one that is not whole after this time has no writer any more. */
const TORN_AFTER_MS = 2_000;

/**
 * Removes what an engine left torn that died in the very writing of it, and that no engine gets past: a lock, which was never held,
 * or the attributes that the backend keeps beside a file and can do without. States themselves are replaced as a whole, and
 * never touched here. `url`: of the backend; one that is no folder has no such files. Answers the names of what was removed.
 */
export async function removeTornFiles(url: string, project: string, stack: string): Promise<readonly string[]> {
  if (!url.startsWith("file:")) return [];
  const root = join(fileURLToPath(url), ".pulumi");
  const locks = join(root, "locks", "organization", project, stack);
  const files = (await readdir(locks).catch(() => [])).map((name) => join(locks, name));
  files.push(join(root, "stacks", project, `${stack}.json.attrs`));
  const torn = await tornOf(files);
  if (torn.length === 0) return [];
  await delay(TORN_AFTER_MS);
  const left = await tornOf(torn);
  for (const file of left) await rm(file, { force: true });
  return left.map((file) => basename(file));
}

async function tornOf(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "{}")));
  return files.filter((_, index) => !isJson(texts[index] ?? ""));
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
