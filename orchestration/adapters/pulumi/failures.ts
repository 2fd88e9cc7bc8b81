import { type ErrorCode, RepaveError } from "../../domain/errors";
import { redact } from "../machine/redact";

/** A command of the engine that failed. */
export interface Failed {
  readonly args: readonly string[];
  /** Undefined: a signal ended it. */
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly env: NodeJS.ProcessEnv;
}

export const LOCKED = /the stack is currently locked by|\[409\] Conflict: Another update is currently in progress/;

/** The engine's exit codes for what has a code of its own here. */
const BY_EXIT_CODE: Readonly<Record<number, ErrorCode>> = { 3: "NOT_LOGGED_IN", 6: "STACK_NOT_BUILT" };

/** The engine's words for what stopped it, the most telling first. */
const BY_WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no stack named.*found/, "STACK_NOT_BUILT"],
  [LOCKED, "STACK_LOCKED"],
  [
    /PULUMI_ACCESS_TOKEN must be set|invalid access token|\[401\]|please login|pulumi login` first|not logged in/i,
    "NOT_LOGGED_IN",
  ],
  [/incorrect passphrase/, "PASSPHRASE_WRONG"],
  [/passphrase must be set with PULUMI_CONFIG_PASSPHRASE/, "PASSPHRASE_MISSING"],
  [
    /no (resource|language) plugin '[^']*' found|could not (find|load|download) plugin|failed to load plugin/i,
    "PLUGIN_MISSING",
  ],
  [
    /unable to open (state directory|bucket)|read "\.pulumi\/meta\.yaml"|performing HTTP request|could not (list|read) (bucket|checkpoint)/,
    "BACKEND_UNREACHABLE",
  ],
];

/** Commands that change resources, or may have. */
const UPDATES = new Set(["up", "refresh", "destroy", "import"]);

/** Whether the command runs the stack's program, and may wait for the cloud. */
export const isOperation = ([command = ""]: readonly string[]): boolean =>
  command === "preview" || UPDATES.has(command);

const unexplained = (command: string): ErrorCode => (UPDATES.has(command) ? "STACK_UPDATE_FAILED" : "ENGINE_FAILED");

/** Whether the engine's own diagnostics may say more than the error does. */
export const isUnexplained = ({ code }: Pick<RepaveError, "code">): boolean =>
  code === "STACK_UPDATE_FAILED" || code === "ENGINE_FAILED";

/** The error of a command that was ended because it took too long. */
export const late = ([command = ""]: readonly string[], limitMs: number): RepaveError =>
  new RepaveError(unexplained(command), `pulumi ${command} was ended: it took more than ${limitMs / 1_000} s`);

/** What the engine's words about a failure mean. */
export function engineError({ args, exitCode, output, env }: Failed): RepaveError {
  const command = args[0] ?? "";
  const said = redact(errorLines(output), env) || "the Pulumi CLI gave no reason";
  const code =
    BY_WORDS.find(([words]) => words.test(output))?.[1] ??
    (exitCode === undefined ? undefined : BY_EXIT_CODE[exitCode]) ??
    unexplained(command);
  if (code === "STACK_LOCKED") return new RepaveError(code, [said, ...holders(output)].join(" "));
  return new RepaveError(code, `${prefix(code, command, env)}${said}`);
}

/** What the engine's words leave out. */
function prefix(code: ErrorCode, command: string, env: NodeJS.ProcessEnv): string {
  if (code === "NOT_LOGGED_IN" || code === "BACKEND_UNREACHABLE") return `${backend(env)}: `;
  return isUnexplained({ code }) ? `pulumi ${command}: ` : "";
}

/** Which backend the engine used, so far as the environment says it. */
function backend(env: NodeJS.ProcessEnv): string {
  const url = env["PULUMI_BACKEND_URL"];
  return url ? `PULUMI_BACKEND_URL is ${redact(url, env)}` : "PULUMI_BACKEND_URL is not set";
}

/** Who holds a backend's lock files: `created by ann@ops (pid 4711) at 2026-01-05T08:00:00Z`. */
const holders = (output: string): readonly string[] =>
  output.match(/created by [^\n@]{1,100}@\S{1,255} \(pid \d{1,10}\) at \S{1,60}/g) ?? [];

const errorLines = (output: string): string =>
  output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("error:"))
    .map((line) => line.slice("error:".length).trim())
    .join("; ")
    .slice(0, 2_000);
