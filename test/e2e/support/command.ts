import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { signal } from "./processes";

export const ROOT = join(__dirname, "../../..");

export interface Ended {
  /** Exit status as a shell gives it: 128 and its number where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Real seconds. */
  readonly seconds: number;
}

/** A command under way, in a process group of its own as a terminal would start it. */
export interface Started {
  readonly ended: Promise<Ended>;
  /** Resolves with the first line of stdout that contains the text; rejects when the command ends without one. */
  line(containing: string): Promise<string>;
  /** What Ctrl-C does: every process of the group gets it. */
  interrupt(): void;
  /** Every process of the group dies where it is. */
  kill(): void;
}

export interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Real seconds until it is killed, which fails the test that waits for it. */
  readonly limit: number;
  /** Folder that it is given in. Default: the clone. */
  readonly cwd?: string;
}

export function start(words: readonly string[], { env, limit, cwd = ROOT }: StartOptions): Started {
  const [program = "", ...args] = words;
  const began = performance.now();
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const group = -(child.pid ?? 0);
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let over = false;
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    for (const look of watchers) look();
  });

  const ended = new Promise<Ended>((resolve, reject) => {
    const patience = setTimeout(() => {
      signal(group, "SIGKILL");
      reject(new Error(`not done in ${limit} s: ${words.join(" ")}\n${lines.slice(-5).join("\n")}\n${stderr}`));
    }, limit * 1000);
    child.once("error", reject);
    child.once("close", (status, by) => {
      clearTimeout(patience);
      over = true;
      for (const look of watchers) look();
      const seconds = (performance.now() - began) / 1000;
      const code = status ?? 128 + (by === null ? 0 : constants.signals[by]);
      resolve({ code, stdout: lines.map((line) => `${line}\n`).join(""), stderr, seconds });
    });
  });
  // Whoever waits for a line may never come to wait for the end.
  ended.catch(() => undefined);

  return {
    ended,
    line: (containing) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => line.includes(containing));
          if (found === undefined && !over) return;
          watchers.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`it ended without saying ${containing}:\n${lines.slice(-5).join("\n")}\n${stderr}`));
        };
        watchers.add(look);
        ended.catch(reject);
        look();
      }),
    interrupt: () => signal(group, "SIGINT"),
    kill: () => signal(group, "SIGKILL"),
  };
}

/** Runs a command to its end, whatever that is. */
export const run = (words: readonly string[], options: StartOptions): Promise<Ended> => start(words, options).ended;
