/** Asking a node, and saying why an answer is none: what all dialects have in common. */
import { RepaveError } from "../domain/errors";
import { tellingLine } from "../domain/text/reason";
import type { CommandResult, NodeAddress, NodeShell, RunOptions } from "../ports/nodeShell";

export interface Asker {
  /** The answer of a command as understood by `parse`. Throws `NODE_ANSWER_UNREADABLE` where that returns undefined. */
  readonly read: <T>(
    node: NodeAddress,
    argv: readonly string[],
    parse: (stdout: string, result: CommandResult) => T | undefined,
    timeoutMs?: number,
  ) => Promise<T>;
  /** Runs a command for its effect and returns what it printed. Throws `NODE_COMMAND_FAILED`. */
  readonly act: (node: NodeAddress, argv: readonly string[], how?: RunOptions) => Promise<string>;
}

/** `isQuotable`: what the command prints, where it fails, is no secret. */
export function asker(shell: NodeShell, isQuotable: (argv: readonly string[]) => boolean): Asker {
  const failed = (code: "NODE_ANSWER_UNREADABLE" | "NODE_COMMAND_FAILED", node: NodeAddress, why: string) =>
    new RepaveError(code, `${node.instanceId}: ${why}`);
  return {
    async read(node, argv, parse, timeoutMs) {
      const result = await shell.run(node, argv, timeoutMs === undefined ? {} : { timeoutMs });
      const value = parse(result.stdout, result);
      if (value === undefined) throw failed("NODE_ANSWER_UNREADABLE", node, describe(argv, result, isQuotable(argv)));
      return value;
    },
    async act(node, argv, how) {
      const result = await shell.run(node, argv, how);
      if (result.exitCode !== 0) {
        throw failed("NODE_COMMAND_FAILED", node, describe(argv, result, isQuotable(argv)));
      }
      return result.stdout;
    },
  };
}

/** A command that failed has not answered, whatever it printed. */
export const whenOk =
  <T>(parse: (stdout: string) => T | undefined) =>
  (stdout: string, { exitCode }: CommandResult): T | undefined =>
    exitCode === 0 ? parse(stdout) : undefined;

/** Whether the command is a script: those handle secrets, so what they print is never quoted. */
export const isScript = (argv: readonly string[]): boolean => argv[0] === "sh";

/** How a command ended, why, and which command it was. An answer that was not understood is not quoted. */
function describe(argv: readonly string[], { exitCode, stdout, stderr }: CommandResult, quotable: boolean): string {
  const outcome = exitCode === 0 ? "unexpected output" : `exit status ${exitCode}`;
  const said = tellingLine(stderr) ?? (exitCode !== 0 && quotable ? tellingLine(stdout) : undefined);
  return `${outcome}${said === undefined ? "" : ` (${said})`} from \`${shown(argv)}\``;
}

/** A script is named by the word that it is given as its name. */
function shown(argv: readonly string[]): string {
  return isScript(argv) ? `sh (${argv[3] ?? ""})` : argv.join(" ");
}
