/** What a node on Replicated does for the move of its fleet: the script, as commands, and what it prints. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PER_NODE, SET_BY_BUILD, VARIABLES } from "../../../infra/nodes/fdo/environment";
import type { Move } from "../../domain/move/move";
import { RepaveError } from "../../domain/errors";
import type { Inspection } from "../../ports/moving";
import type { CommandResult, NodeAddress, NodeShell } from "../../ports/nodeShell";
import { asker, isScript, whenOk } from "../asking";

export const MOVE_SCRIPT = readFileSync(join(__dirname, "move.sh"), "utf8");

/** What the build gives each node is its own. */
const OWN: readonly string[] = [...SET_BY_BUILD, ...PER_NODE, "TFE_RUN_PIPELINE_DOCKER_NETWORK"];

/** What a variable is that nobody sets. */
const DEFAULTS = Object.fromEntries(
  Object.entries(VARIABLES).flatMap(([name, { byDefault = [] }]) =>
    byDefault.slice(0, 1).map((value) => [name, value]),
  ),
);

/** It asks Secrets Manager several times. */
const LIMIT_MS = 180_000;

/** Secrets that the new nodes boot from, by their ARNs. */
export interface Boots {
  readonly licenseSecretArn: string;
  readonly tlsCertificateSecretArn: string;
  readonly caBundleSecretArn?: string | undefined;
  /** Variables that are no secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

function moveCommand(mode: "check" | "write", secrets: Move["secrets"], variables: string, boots: Boots) {
  const { licenseSecretArn, tlsCertificateSecretArn, caBundleSecretArn = "", environment } = boots;
  const arns = [variables, licenseSecretArn, tlsCertificateSecretArn, caBundleSecretArn];
  return [
    "sh",
    "-c",
    MOVE_SCRIPT,
    "move",
    mode,
    JSON.stringify(secrets),
    ...arns,
    JSON.stringify({ ...DEFAULTS, ...environment }),
  ];
}

/** Has the node look at its secret settings, the licence and the certificates. */
export async function inspectOn(
  shell: NodeShell,
  node: NodeAddress,
  secrets: Move["secrets"],
  boots: Boots,
): Promise<Inspection> {
  const { read } = asker(shell, (argv) => !isScript(argv));
  return read(node, moveCommand("check", secrets, "", boots), whenOk(parseInspection), LIMIT_MS);
}

/** What writing came to: the names of the variables, or why the role may not. */
export type Written = { readonly kept: readonly string[] } | { readonly refused: string };

/** Has the node write its secret settings. Throws `NODE_COMMAND_FAILED` where it could not for another reason than a permission. */
export async function writeOn(
  shell: NodeShell,
  node: NodeAddress,
  secrets: Move["secrets"],
  variables: string,
  boots: Boots,
): Promise<Written> {
  const result = await shell.run(node, moveCommand("write", secrets, variables, boots), { timeoutMs: LIMIT_MS });
  const written = result.exitCode === 0 ? parseWritten(result.stdout) : refusedIn(result);
  if (written) return written;
  const said = lastLine(result.stderr);
  throw new RepaveError("NODE_COMMAND_FAILED", `${node.instanceId}: the secret settings were not written${said}`);
}

const REFUSED = /AccessDenied|not authorized/;

const refusedIn = ({ stderr }: CommandResult): Written | undefined =>
  REFUSED.test(stderr) ? { refused: "its role may not write it" } : undefined;

/** What the AWS CLI and the script say has no value in it. */
function lastLine(stderr: string): string {
  const line = stderr
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .at(-1);
  return line === undefined ? "" : `: ${line.slice(0, 300)}`;
}

/** The last line that is an object: a greeting may stand before it. */
function objectIn(raw: string): Readonly<Record<string, unknown>> | undefined {
  const line = raw.split("\n").findLast((each) => each.startsWith("{"));
  try {
    const found: unknown = JSON.parse(line ?? "");
    return typeof found === "object" && found !== null ? (found as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string" && /^\w{1,100}$/.test(each));

const DIFFERENCES = z.array(z.object({ name: z.string().regex(/^TFE_[A-Z0-9_]{1,100}$/), how: z.string() })).nullable();

/** Undefined: it is not what the script prints. */
export function parseInspection(raw: string): Inspection | undefined {
  const { unfit, licence, authorities, differences } = objectIn(raw) ?? {};
  const compared = DIFFERENCES.safeParse(differences);
  if (!isNames(unfit) || typeof licence !== "string" || typeof authorities !== "string" || !compared.success)
    return undefined;
  const said = (text: string): string | undefined => (text === "" ? undefined : text);
  const apart = (compared.data ?? [])
    .filter(({ name }) => !OWN.includes(name))
    .map(({ name, how }) => `${name} is ${how}`);
  return {
    secrets: unfit.length === 0 ? undefined : `${unfit.join(", ")}: empty, or of several lines`,
    licence: said(licence),
    authorities: said(authorities),
    comparison: compared.data === null ? undefined : { differences: apart },
  };
}

export function parseWritten(raw: string): Written | undefined {
  const { kept } = objectIn(raw) ?? {};
  return isNames(kept) ? { kept } : undefined;
}
