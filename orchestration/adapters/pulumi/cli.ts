import { delimiter, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { z } from "zod";
import { PROJECT } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";
import { removeDeadLocks, removeTornFiles } from "./locks";
import { runProcess } from "../machine/process";
import { redact } from "../machine/redact";

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The SDK's own class with its `run`, which the public types leave out (the SDK's version is pinned). */
export type PulumiCli = PulumiCommand & {
  run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<CliResult>;
};

/**
 * The engine below `root`; its commands throw this product's errors. A lock that a dead process left is removed, told, and the
 * command given again. Throws `ENGINE_MISSING`.
 */
export async function pulumiCli(root: string, note: (line: string) => void = () => undefined): Promise<PulumiCli> {
  const engine = await PulumiCommand.get({ root }).catch((cause: unknown) => {
    throw new RepaveError("ENGINE_MISSING", `no working Pulumi CLI in ${root}`, { cause });
  });
  async function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<CliResult> {
    const words = [engine.command, ...args, ...(args.includes("--non-interactive") ? [] : ["--non-interactive"])];
    // The CLI looks for its plugins beside itself by PATH.
    const PATH = [join(root, "bin"), env["PATH"] ?? process.env["PATH"]].join(delimiter);
    const whole = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...env, PATH, PULUMI_AUTOMATION_API: "true" };
    for (;;) {
      const result = await runProcess(words, { cwd, env: whole });
      if (result !== "timeout" && result.exitCode === 0)
        return { stdout: result.stdout, stderr: result.stderr, code: 0 };
      const output = result === "timeout" ? "" : `${result.stderr}\n${result.stdout}`;
      const left = await removeLeftovers(args, output, () => run(["whoami", "--json"], cwd, env));
      if (left.length === 0) throw cliError(args, output, whole);
      note(`removed what a dead engine left in the way of the stack: ${left.join(", ")}`);
    }
  }
  return Object.assign(engine, { run });
}

/** Removes what a dead engine left in the way of this command, and returns what it was. Empty: nothing of that kind. */
async function removeLeftovers(
  args: readonly string[],
  output: string,
  whoami: () => Promise<CliResult>,
): Promise<readonly string[]> {
  if (LOCKED.test(output)) return (await removeDeadLocks(output)).map((holder) => `the lock of ${holder}`);
  if (!TORN.test(output)) return [];
  const { url } = z.object({ url: z.string() }).parse(JSON.parse((await whoami()).stdout));
  const stack = args[args.indexOf("--stack") + 1];
  const torn = stack === undefined ? [] : await removeTornFiles(url, PROJECT, stack);
  return torn.length > 0 ? [`half of ${torn.join(", ")}`] : [];
}

/** The engine's words for a file of its backend that ends too early. */
const TORN = /unexpected end of JSON input|error: .*\bEOF$/m;

/**
 * The same, for updates and previews alone: what the Automation API runs around them is answered here. `stack.up()` selects the
 * stack first, though every command names it, and afterwards asks for the outputs twice and for the history, both with their
 * secrets in plain text: each a second of an outage, for answers that nobody here reads.
 */
export function operationsOnly(cli: PulumiCli): PulumiCli {
  const run: PulumiCli["run"] = (args, cwd, env) => {
    if (args[0] !== "stack") return cli.run(args, cwd, env);
    return Promise.resolve({ stdout: args[1] === "history" ? "[]" : "{}", stderr: "", code: 0 });
  };
  return Object.assign(Object.create(cli) as PulumiCli, { run });
}

/** Whether the error says that the backend has no such stack. */
export const isStackMissing = (thrown: unknown): boolean =>
  thrown instanceof RepaveError && thrown.code === "STACK_NOT_BUILT";

const LOCKED = /the stack is currently locked by|\[409\] Conflict: Another update is currently in progress/;

/** The CLI's own words for what stopped it (as the Automation API knows them). */
function cliError(args: readonly string[], output: string, env: NodeJS.ProcessEnv): RepaveError {
  const said = redact(errorLines(output), env) || "the Pulumi CLI gave no reason";
  if (/no stack named.*found/.test(output)) return new RepaveError("STACK_NOT_BUILT", said);
  if (LOCKED.test(output)) {
    return new RepaveError("STACK_LOCKED", [said, ...holders(output)].join(" "));
  }
  return new RepaveError("STACK_UPDATE_FAILED", `pulumi ${args[0] ?? ""}: ${said}`);
}

/** Who holds a backend's lock files: `created by ann@ops (pid 4711) at 2026-01-05T08:00:00Z`. */
const holders = (output: string): readonly string[] => output.match(/created by \S+@\S+ \(pid \d+\) at \S+/g) ?? [];

const errorLines = (output: string): string =>
  output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("error:"))
    .map((line) => line.slice("error:".length).trim())
    .join("; ")
    .slice(0, 2_000);
