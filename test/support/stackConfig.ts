/** A valid stack configuration as the engine hands it over, to be changed by a test in the keys that it is about. */
const secret = (name: string): string => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe/${name}-AbCdEf`;

export const SECRET_ARNS = {
  settings: secret("settings"),
  license: secret("license"),
  tlsCertificate: secret("tls-certificate"),
  tlsKey: secret("tls-key"),
  caBundle: secret("ca-bundle"),
} as const;

const MINIMAL: Readonly<Record<string, string>> = {
  releaseSequence: "642",
  image: "ami-0123456789abcdef0",
  vpcId: "vpc-1",
  nodeSubnetIds: '["subnet-1","subnet-2"]',
  certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/1",
  hostname: "tfe.example.com",
  settingsSecretArn: SECRET_ARNS.settings,
  licenseSecretArn: SECRET_ARNS.license,
  tlsCertificateSecretArn: SECRET_ARNS.tlsCertificate,
  tlsKeySecretArn: SECRET_ARNS.tlsKey,
};

/** Makes it a stack whose nodes run a container. */
export const CONTAINER = { releaseSequence: undefined, imageTag: "1.2.2" } as const;

export const DIGEST = `sha256:${"a".repeat(64)}`;

/** Raw, namespaced configuration; a change to undefined takes a key away. */
export function rawConfig(change: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const keys = Object.entries({ ...MINIMAL, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { "aws:region": "eu-central-1", ...Object.fromEntries(keys.map(([key, value]) => [`tfe:${key}`, value])) };
}
