import { basename, delimiter, join } from "node:path";
import type * as automation from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { z } from "zod";
import { PROJECT } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";
import { engineExecutable } from "./engine/cache";
import { versionOf } from "./engine/version";
import { engineError, isOperation, late, LOCKED } from "./failures";
import { removeDeadLocks, removeTornFiles } from "./locks";
import { systemClock } from "../machine/clock";
import { lazily } from "../machine/lazy";
import { runProcess } from "../machine/process";

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The CLI as what runs its commands. */
export interface PulumiCli {
  /** Path of the executable. */
  readonly command: string;
  readonly version: SemVer;
  run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<CliResult>;
}

export interface CliOptions {
  /** Of the engine, where it is known. Default: the engine is asked. */
  readonly version?: string | undefined;
  /** Called with what else the operator should know. */
  readonly note?: ((line: string) => void) | undefined;
  /** Real milliseconds that an update or a preview may take. Undefined: as long as it takes. Asked at each command. */
  readonly limitMs?: (() => number | undefined) | undefined;
}

async function versionIn(command: string): Promise<SemVer> {
  const version = await versionOf(command, process.env);
  if (version) return version;
  throw new RepaveError("ENGINE_MISSING", `no working Pulumi CLI: ${command}`);
}

/** Time for an engine that was asked to end: it cancels its calls and saves the state of the stack. */
const GRACE_MS = 20_000;

/**
 * The engine below `root`; its commands throw this product's errors. A lock that a dead process left is removed, told, and the
 * command given again. Throws `ENGINE_MISSING`.
 */
export async function pulumiCli(root: string, { note, limitMs, version }: CliOptions = {}): Promise<PulumiCli> {
  const command = engineExecutable(root);
  const engine = { command, version: version === undefined ? await versionIn(command) : new SemVer(version) };
  async function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<CliResult> {
    const words = [command, ...args, ...(args.includes("--non-interactive") ? [] : ["--non-interactive"])];
    // The CLI looks for its plugins beside itself by PATH.
    const PATH = [join(root, "bin"), env["PATH"] ?? process.env["PATH"]].join(delimiter);
    const whole = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...env, PATH, PULUMI_AUTOMATION_API: "true" };
    const ms = isOperation(args) ? limitMs?.() : undefined;
    const bounds = ms === undefined ? {} : { timeout: { clock: REAL, ms }, graceMs: GRACE_MS };
    for (;;) {
      const result = await runProcess(words, { cwd, env: whole, ...bounds });
      if (result === "timeout") throw late(args, ms ?? 0);
      const { exitCode, stdout, stderr } = result;
      if (exitCode === 0) return { stdout, stderr, code: 0 };
      const output = `${stderr}\n${stdout}`;
      const left = await removeLeftovers(args, output, () => run(["whoami", "--json"], cwd, env));
      if (left.length === 0) throw engineError({ args, exitCode, output, env: whole });
      note?.(`removed what a dead engine left in the way of the stack: ${left.join(", ")}`);
    }
  }
  return { ...engine, run };
}

/** Engines work in real time, whatever the clock of the fleet is. */
const REAL = systemClock({});

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
  const torn = stack === undefined ? [] : await removeTornFiles(url, PROJECT, basename(stack));
  return torn.length > 0 ? [`half of ${torn.join(", ")}`] : [];
}

/** The engine's words for a file of its backend that ends too early. */
const TORN = /unexpected end of JSON input|error: .*\bEOF$/m;

/**
 * The same as the Automation API takes it, for updates and previews alone: what the Automation API runs around them is answered here. `stack.up()` selects the
 * stack first, though every command names it, and afterwards asks for the outputs twice and for the history, both with their
 * secrets in plain text: each a second of an outage, for answers that nobody here reads.
 */
export function operationsOnly(cli: PulumiCli): automation.PulumiCommand & PulumiCli {
  const run: PulumiCli["run"] = (args, cwd, env) => {
    if (args[0] !== "stack") return cli.run(args, cwd, env);
    return Promise.resolve({ stdout: args[1] === "history" ? "[]" : "{}", stderr: "", code: 0 });
  };
  const { PulumiCommand } = lazily("@pulumi/pulumi/automation") as typeof automation;
  // What the SDK would make of this executable, without starting it for its version, and with a `run` of ours.
  return Object.assign(Object.create(PulumiCommand.prototype) as automation.PulumiCommand & PulumiCli, { ...cli, run });
}

/** Whether the error says that the backend has no such stack. */
export const isStackMissing = (thrown: unknown): boolean =>
  thrown instanceof RepaveError && thrown.code === "STACK_NOT_BUILT";
