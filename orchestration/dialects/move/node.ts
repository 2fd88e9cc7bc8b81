/** What a node on Replicated does for the move of its fleet: the script, as commands, and what it prints. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PER_NODE, SET_BY_BUILD, VARIABLES } from "../../../infra/nodes/fdo/environment";
import type { Move } from "../../domain/move/move";
import type { Inspection } from "../../ports/moving";
import type { NodeAddress, NodeShell } from "../../ports/nodeShell";
import { asker, isScript, whenOk } from "../asking";
import { isNames, objectIn, type Written, written } from "../keepSettings";

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

/** Has the node write its secret settings. Throws `NODE_COMMAND_FAILED` where it could not for another reason than a permission. */
export function writeOn(
  shell: NodeShell,
  node: NodeAddress,
  secrets: Move["secrets"],
  variables: string,
  boots: Boots,
): Promise<Written> {
  return written(shell, node, moveCommand("write", secrets, variables, boots));
}

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
