import { list } from "./found";
import type { NodeFacts } from "./fromNode";
import type { Entry } from "./stackFile";
import type { UserDataFacts } from "./userData/read";
import type { SecretRole } from "./userData/secrets";

export const SECRETS: Readonly<
  Record<SecretRole, { readonly what: string; readonly question: string; readonly example: string }>
> = {
  settingsSecretArn: {
    what: "Settings",
    question: "Which secret has the settings of the application as JSON?",
    example: "arn:aws:secretsmanager:…:secret:tfe/settings-AbCdEf",
  },
  licenseSecretArn: {
    what: "Licence",
    question: "Which secret has the licence?",
    example: "arn:aws:secretsmanager:…:secret:tfe/license-AbCdEf",
  },
  tlsCertificateSecretArn: {
    what: "Certificate",
    question: "Which secret has the certificate chain of the nodes (PEM)?",
    example: "arn:aws:secretsmanager:…:secret:tfe/tls-certificate-AbCdEf",
  },
  tlsKeySecretArn: {
    what: "Key",
    question: "Which secret has the key of the nodes' certificate (PEM)?",
    example: "arn:aws:secretsmanager:…:secret:tfe/tls-key-AbCdEf",
  },
  caBundleSecretArn: {
    what: "Additional authorities",
    question: "Which secret has the additional certificate authorities?",
    example: "arn:aws:secretsmanager:…:secret:tfe/ca-bundle-AbCdEf",
  },
};

/** The secrets that a node reads at boot. */
export function secretEntries(
  data: UserDataFacts,
  chosen: { readonly secrets?: Readonly<Partial<Record<SecretRole, string>>>; readonly written?: string },
  node?: NodeFacts,
): readonly (Entry | undefined)[] {
  return (Object.keys(SECRETS) as SecretRole[]).map((role) => {
    const arns = data.secrets[role] ?? [];
    const { what, question, example } = SECRETS[role];
    if (role === "settingsSecretArn" && chosen.written !== undefined && node)
      return { key: role, value: chosen.written, comment: writtenBy(node) };
    const value = chosen.secrets?.[role] ?? (arns.length === 1 ? arns[0] : undefined);
    if (value !== undefined) return { key: role, value, comment: `${what}: from the user data.` };
    if (arns.length > 1) return { key: role, comment: `${question} The user data reads ${list(arns)}.`, example };
    if (role === "caBundleSecretArn") return undefined;
    return { key: role, comment: role === "settingsSecretArn" ? settingsQuestion(data, node) : question, example };
  });
}

const writtenBy = ({ instanceId, secrets }: NodeFacts): string =>
  `Settings: the node ${instanceId} wrote ${list(secrets)} into it. The secret's own policy lets the nodes' role read it.`;

/** How the settings become a secret, without that anybody sees them. */
function settingsQuestion({ inClear, release: found }: UserDataFacts, node: NodeFacts | undefined): string {
  const clear =
    inClear.length === 0
      ? ""
      : ` The user data has ${list(inClear)} in clear, where whoever may read the template reads them.`;
  const make =
    found?.kind === "sequence"
      ? "On a node: `aws secretsmanager create-secret --name tfe/settings --secret-string file:///etc/ptfe-settings.json`."
      : "It holds the TFE_* variables that are secret, as JSON: `aws secretsmanager create-secret --name tfe/settings --secret-string file://settings.json`.";
  const names = node === undefined || node.secrets.length === 0 ? "" : ` The nodes have ${list(node.secrets)}.`;
  return `${SECRETS.settingsSecretArn.question}${clear}${names} ${make}`;
}
