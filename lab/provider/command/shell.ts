import { spawn } from "node:child_process";

/** What a person needs of a long output: its end. */
const TAIL_CHARACTERS = 4000;

/** Between asking a process group to end and ending it. */
const GRACE_MS = 1000;

export interface ShellOptions {
  readonly interpreter: readonly string[];
  readonly dir: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs a command in a process group of its own and waits for its end. Throws, with the end of what it printed, when it fails.
 * When the signal aborts, the whole group is ended, children of the shell included, before this throws.
 */
export function run(command: string, options: ShellOptions): Promise<{ stdout: string; stderr: string }> {
  const { interpreter, dir, env, stdin, signal } = options;
  const [program = "/bin/sh", ...words] = interpreter;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, [...words, command], {
      env,
      detached: true,
      stdio: "pipe",
      ...(dir === undefined ? {} : { cwd: dir }),
    });
    const output = { stdout: "", stderr: "", both: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
        output.both += text;
      });
    }
    const killGroup = (how: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // Nothing of the group is left.
      }
    };
    let reaper: NodeJS.Timeout | undefined;
    const abort = (): void => {
      killGroup("SIGTERM");
      reaper = setTimeout(() => killGroup("SIGKILL"), GRACE_MS);
    };
    signal.addEventListener("abort", abort, { once: true });
    const ended = (): void => {
      clearTimeout(reaper);
      signal.removeEventListener("abort", abort);
    };
    // A command may end without reading what it is given.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin ?? "");
    child.on("error", (error) => {
      ended();
      reject(new Error(`${error.message}: running ${JSON.stringify(command)}`));
    });
    child.on("close", (code, killedBy) => {
      ended();
      if (code === 0) {
        resolve({ stdout: withoutNewline(output.stdout), stderr: withoutNewline(output.stderr) });
        return;
      }
      const how = howItEnded(code, killedBy, signal);
      reject(new Error(`${how}: running ${JSON.stringify(command)}:\n${output.both.slice(-TAIL_CHARACTERS)}`));
    });
  });
}

function howItEnded(code: number | null, killedBy: NodeJS.Signals | null, signal: AbortSignal): string {
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason.message : "cancelled";
  return killedBy === null ? `exit status ${code ?? "unknown"}` : `signal: ${killedBy}`;
}

const withoutNewline = (text: string): string => text.replace(/\n$/, "");
