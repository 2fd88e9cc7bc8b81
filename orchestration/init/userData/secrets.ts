/** What a secret is for, as the stack's file names it. */
export type SecretRole =
  "licenseSecretArn" | "tlsCertificateSecretArn" | "tlsKeySecretArn" | "caBundleSecretArn" | "settingsSecretArn";

/** ARNs of secrets in user data, by what they are for; several where that is not clear. */
export type FoundSecrets = Readonly<Partial<Record<SecretRole, readonly string[]>>>;

const ARN = /arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+/g;

/** In this order: a bundle of authorities is named a certificate too, and the key of a certificate as well. */
const ROLES: readonly (readonly [role: SecretRole, words: RegExp])[] = [
  ["licenseSecretArn", /licen[cs]e|\.rli\b|\.hclic\b/i],
  ["caBundleSecretArn", /ca[-_.]?(?:bundle|certs?\b|certificate)|bundle|authorit/i],
  ["tlsKeySecretArn", /priv(?:ate)?[-_.]?key|(?:tls|ssl|vm|cert)[-_.]?key|\bkey_data|key\.pem|\.key\b/i],
  ["tlsCertificateSecretArn", /cert|\.crt\b|tls[-_.]crt/i],
  ["settingsSecretArn", /settings/i],
];

/**
 * The secrets that a node reads at boot, by the words in the secret's own name and, where these say nothing, by the words of the line that
 * it stands in.
 */
export function secretsIn(texts: readonly string[]): FoundSecrets {
  const found = new Map<SecretRole, Set<string>>();
  for (const line of texts.flatMap((text) => text.split(/\r?\n/)))
    for (const [arn] of line.matchAll(ARN)) {
      const role = roleOf(arn.slice(arn.lastIndexOf(":secret:") + 8)) ?? roleOf(line.replaceAll(ARN, " "));
      if (role !== undefined) found.set(role, (found.get(role) ?? new Set()).add(arn));
    }
  return Object.fromEntries([...found].map(([role, arns]) => [role, [...arns]]));
}

const roleOf = (words: string): SecretRole | undefined => ROLES.find(([, pattern]) => pattern.test(words))?.[0];
