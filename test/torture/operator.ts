import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { PrintedFinish } from "../support/printed";
import { descendants, isAlive, signal, survivors } from "./processes";

const ROOT = resolve(__dirname, "../..");
const LOADER = pathToFileURL(require.resolve("tsx")).href;

/** A line that a command wrote with --json. */
export type Told = { readonly event: string } & Readonly<Record<string, unknown>>;

/** How a command ended, or was ended. */
export interface Ended {
  /** Null: by a signal. */
  readonly exitCode: number | null;
  readonly told: readonly Told[];
  /** The last event, where the run came to it. */
  readonly finished: PrintedFinish | undefined;
  /** `CODE: detail` of the reason that it gave for stopping; "" where it gave none. */
  readonly reason: string;
}

/**
 * Who is struck: the orchestrator alone (its engine goes on as an orphan), the orchestrator and all that it started (a power
 * cut), or the engine alone.
 */
export type Victim = "orchestrator" | "everything" | "engine";

/** One command of the product in a process group of its own, as somebody at a terminal would give it. */
export interface Operator {
  readonly pid: number;
  readonly told: readonly Told[];
  readonly isRunning: () => boolean;
  readonly ended: Promise<Ended>;
  kill(victim: Victim): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Pids of what it left running, ended by now. To be called when it has ended. */
  cleanUp(): Promise<readonly number[]>;
}

export interface OperatorOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where its output is kept. */
  readonly log: string;
}

/** An orphaned engine ends when it notices that its program is gone. */
const ORPHAN_PATIENCE = 20_000;

export function startOperator({ args, env, log }: OperatorOptions): Operator {
  const words = ["--import", LOADER, join(ROOT, "orchestration", "cli.ts"), ...args, "--stack", "lab", "--json"];
  const child = spawn(process.execPath, words, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const pid = child.pid ?? 0;
  const told: Told[] = [];
  const started = new Set<number>();
  appendFileSync(log, `${JSON.stringify({ event: "torture.command", args })}\n`);
  createInterface({ input: child.stdout }).on("line", (line) => {
    appendFileSync(log, `${line}\n`);
    told.push(JSON.parse(line) as Told);
  });
  child.stderr.on("data", (data: Buffer) => {
    appendFileSync(log, `${JSON.stringify({ event: "torture.stderr", text: data.toString() })}\n`);
  });
  const ended = once(child, "close").then(([exitCode]): Ended => {
    const finished = told.find((each) => each.event === "run.finished") as unknown as PrintedFinish | undefined;
    return { exitCode: exitCode as number | null, told, finished, reason: reasonOf(told) };
  });

  async function kill(victim: Victim): Promise<void> {
    // Frozen first, so that between the look and the blow it does nothing more.
    if (victim !== "engine") signal(pid, "SIGSTOP");
    const below = await descendants(pid);
    for (const each of below) started.add(each.pid);
    if (victim !== "engine") signal(pid, "SIGKILL");
    const struck =
      victim === "orchestrator" ? [] : below.filter((each) => victim === "everything" || isEngine(each.command));
    for (const each of struck) signal(each.pid, "SIGKILL");
    appendFileSync(log, `${JSON.stringify({ event: "torture.killed", victim, below, struck })}\n`);
  }

  return {
    pid,
    told,
    isRunning: () => isAlive(pid) && child.exitCode === null && child.signalCode === null,
    ended,
    kill,
    signal: (name) => signal(pid, name),
    async cleanUp() {
      const left = await survivors([...started], ORPHAN_PATIENCE);
      for (const each of left) signal(each, "SIGKILL");
      return left;
    },
  };
}

const isEngine = (command: string): boolean => /(^|\/)pulumi\s/.test(command);

function reasonOf(told: readonly Told[]): string {
  const failed = told.findLast((each) => each.event === "run.failed" || each.event === "error");
  return failed ? `${String(failed["code"])}: ${String(failed["detail"])}` : "";
}
