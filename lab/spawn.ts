import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { LabRecord } from "./record";
import type { LabOptions } from "./server";

/** A lab in a process of its own. */
export interface LabProcess {
  readonly record: LabRecord;
  /** Stops it, unless it is to be kept, and waits for its end. */
  close(): Promise<void>;
}

const READY_LIMIT = 60_000;
const STOP_LIMIT = 10_000;
/** How much of the lab's own words an error shows. */
const LOG_TAIL = 2_000;

export interface SpawnOptions extends Omit<LabOptions, "faults" | "seed"> {
  /** Leave it running when this process ends. */
  readonly keep: boolean;
}

/** The words after `node`: the lab as it is written, or, in an installed package, as it was built. */
function labProgram(): readonly string[] {
  const source = join(__dirname, "main.ts");
  if (!existsSync(source)) return [join(__dirname, "main.js")];
  return ["--import", pathToFileURL(require.resolve("tsx")).href, source];
}

/** Starts `lab/main.ts` and waits until it is ready. A lab that is not kept ends with this process, however that ends. */
export async function spawnLab(options: SpawnOptions): Promise<LabProcess> {
  const { dir, stack, speed, nodeBuild, estate, keep } = options;
  const args = [...labProgram(), "--dir", dir, "--speed", String(speed)];
  if (stack !== undefined) args.push("--stack", stack);
  if (nodeBuild !== undefined) args.push("--node-build", String(nodeBuild));
  if (estate !== undefined) args.push("--estate", estate);
  const logFile = join(dir, "lab.log");
  const log = await open(logFile, "w");
  const child = spawn(process.execPath, keep ? args : [...args, "--with-parent"], {
    stdio: [keep ? "ignore" : "pipe", "pipe", log.fd],
    detached: keep,
  });
  await log.close();
  try {
    const record = await ready(child);
    release(child);
    return { record, close: async () => (keep ? undefined : end(child)) };
  } catch (error) {
    child.kill("SIGKILL");
    const said = (await readFile(logFile, "utf8")).trim().slice(-LOG_TAIL);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The lab did not start: ${reason}${said === "" ? "" : `\n${said}`}`, { cause: error });
  }
}

async function ready(child: ChildProcess): Promise<LabRecord> {
  const lines = createInterface({ input: child.stdout as Readable });
  const limit = AbortSignal.timeout(READY_LIMIT);
  const line = once(lines, "line", { signal: limit }).then(([text]) => JSON.parse(String(text)) as LabRecord);
  const gone = once(child, "exit", { signal: limit }).then(([code]) => {
    throw new Error(`its process ended with status ${String(code)}`);
  });
  try {
    return await Promise.race([line, gone]);
  } finally {
    // Whichever lost the race is of no interest any more.
    line.catch(() => undefined);
    gone.catch(() => undefined);
    lines.close();
  }
}

/** Lets this process end while the lab runs: closing its standard input is what tells the lab. */
function release(child: ChildProcess): void {
  child.stdout?.destroy();
  child.unref();
  (child.stdin as { unref?: () => void } | null)?.unref?.();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = once(child, "exit");
  child.stdin?.end();
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
  await gone;
  clearTimeout(kill);
}
