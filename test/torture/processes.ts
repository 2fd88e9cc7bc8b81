import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Everything that the process has started, and what that has started, as far as it runs now. */
export async function descendants(pid: number): Promise<readonly Process[]> {
  const { stdout } = await execute("ps", ["-A", "-o", "pid=,ppid=,args="]);
  const all = stdout.split("\n").flatMap((line) => {
    const [, child = "", parent = "", command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return child === "" ? [] : [{ pid: Number(child), parent: Number(parent), command }];
  });
  const below = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid).map((each) => ({ pid: each.pid, command: each.command }));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Sends the signal to a process that may be gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Of these, the ones that still run after the patience (real milliseconds). */
export async function survivors(pids: readonly number[], patienceMs: number): Promise<readonly number[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const left = pids.filter(isAlive);
    if (left.length === 0 || Date.now() >= deadline) return left;
    await pause(50);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
