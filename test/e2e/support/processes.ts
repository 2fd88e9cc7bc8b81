import { existsSync, readdirSync, readFileSync } from "node:fs";

/**
 * Processes that carry a text in the environment they were started with, as `<pid> <command line>`: whatever became of their
 * parents, a child of a test is found by what the test gave it. Empty where the platform does not show environments.
 */
export function processesWith(text: string): string[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(text))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim()}`);
}

/** Ends them, each by its id. */
export function endProcessesWith(text: string): void {
  for (const line of processesWith(text)) signal(Number.parseInt(line, 10), "SIGKILL");
}

/** Signals a process, or with a negative id its group; one that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A process that ends meanwhile, or that is somebody else's, has nothing to read. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
