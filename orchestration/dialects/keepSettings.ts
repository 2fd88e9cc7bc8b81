/** Having a node write secret settings into a secret, so that no other machine has them: what all dialects have in common. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RepaveError } from "../domain/errors";
import type { CommandResult, NodeAddress, NodeShell } from "../ports/nodeShell";

const KEEP = readFileSync(join(__dirname, "keepSettings.sh"), "utf8");

/** It asks Secrets Manager twice. */
const LIMIT_MS = 180_000;

/** What writing came to: the names of what was written, or why the role may not. */
export type Written = { readonly kept: readonly string[] } | { readonly refused: string };

/** The script of a dialect whose first line is `# tfe-repave: NAME`, and which defines how a document is read. */
export const keepingScript = (name: string, documents: string): string =>
  `# tfe-repave: ${name}\n${documents.slice(documents.indexOf("\n") + 1)}${KEEP}`;

/** The words that follow the script and its name. */
export const keepingWords = (secretArn: string, names: readonly string[]): readonly string[] => [
  secretArn,
  JSON.stringify(names),
];

/** Runs such a command. Throws `NODE_UNREACHABLE`, and `NODE_COMMAND_FAILED` where it failed for another reason than a permission. */
export async function written(shell: NodeShell, node: NodeAddress, argv: readonly string[]): Promise<Written> {
  const result = await shell.run(node, argv, { timeoutMs: LIMIT_MS });
  const found = result.exitCode === 0 ? parseWritten(result.stdout) : refusedIn(result);
  if (found) return found;
  const said = lastLine(result.stderr);
  throw new RepaveError("NODE_COMMAND_FAILED", `${node.instanceId}: the secret settings were not written${said}`);
}

const REFUSED = /AccessDenied|not authorized/;

const refusedIn = ({ stderr }: CommandResult): Written | undefined =>
  REFUSED.test(stderr) ? { refused: "its role may not write it" } : undefined;

/** What the AWS CLI and the scripts say has no value in it. */
function lastLine(stderr: string): string {
  const line = stderr
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .at(-1);
  return line === undefined ? "" : `: ${line.slice(0, 300)}`;
}

/** The last line that is an object: a greeting may stand before it. */
export function objectIn(raw: string): Readonly<Record<string, unknown>> | undefined {
  const line = raw.split("\n").findLast((each) => each.startsWith("{"));
  try {
    const found: unknown = JSON.parse(line ?? "");
    return typeof found === "object" && found !== null ? (found as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

export const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string" && /^\w{1,100}$/.test(each));

/** Undefined: it is not what such a script prints. */
export function parseWritten(raw: string): Written | undefined {
  const { kept } = objectIn(raw) ?? {};
  return isNames(kept) ? { kept } : undefined;
}
