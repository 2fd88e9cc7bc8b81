import type { Exec, Instance, RegionState } from "../../model";

/** A command as it runs on a node. */
export interface Invocation {
  readonly state: RegionState;
  readonly instance: Instance;
  readonly exec: Exec;
  /** Words after the command's own. */
  readonly args: readonly string[];
}

export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command waits for, and the bound on that; nothing: its own time. */
export interface Wait {
  readonly for: "drain" | "app" | "time";
  /** Milliseconds. */
  readonly atMost?: number;
}

export interface NodeCommand {
  /** Milliseconds, where it waits for nothing. */
  readonly takes: number;
  /** What it sets going, and what it then waits for. */
  readonly begin?: (invocation: Invocation) => Wait | undefined;
  /** What it prints, as things are when it ends. */
  readonly end: (invocation: Invocation) => Output;
}

export function succeed(stdout: string): Output {
  return { exitCode: 0, stdout, stderr: "" };
}

export function fail(exitCode: number, stderr: string): Output {
  return { exitCode, stdout: "", stderr };
}

export function notFound(name: string): NodeCommand {
  return { takes: 20, end: () => fail(127, `sh: ${name}: not found\n`) };
}

/** Value of `-k value`, `--key value` or `--key=value`. */
export function option(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, word] of args.entries()) {
    if (names.includes(word)) return args[index + 1];
    const name = names.find((candidate) => word.startsWith(`${candidate}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return undefined;
}
