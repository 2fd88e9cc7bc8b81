/** A node that runs the application in a container: its build, the secrets that it fetches, and a runtime that only notes what it is told. */
import type { UserDataArgs } from "../../infra/nodes/fdo/userData";
import { SECRET_ARNS } from "./stackConfig";

const lastPart = (arn: string): string => arn.split("/").at(-1) ?? "";

export const REGISTRY_SECRET_ARN = SECRET_ARNS.settings.replace("tfe/settings", "tfe/registry");

export function fdoArgs(change: Partial<UserDataArgs> = {}): UserDataArgs {
  return {
    hostname: "tfe.example.com",
    imageRepository: "images.releases.hashicorp.com/hashicorp/terraform-enterprise",
    imageTag: "1.2.2",
    containerRuntime: "docker",
    environment: {},
    settingsSecretArn: SECRET_ARNS.settings,
    licenseSecretArn: SECRET_ARNS.license,
    tlsCertificateSecretArn: SECRET_ARNS.tlsCertificate,
    tlsKeySecretArn: SECRET_ARNS.tlsKey,
    noProxy: [],
    ...change,
  };
}

export const PEM = {
  certificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  key: "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
  authority: "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n",
} as const;

export const LICENCE = "02MV4UU43BK5HGYYTOJZWFQMTMNNEWU33JJZVE4M2OI5FGUTKEIU2E4VCNGVGXU";

/** By the last part of their ARN. */
export function fdoSecrets(change: {
  readonly settings?: unknown;
  readonly licence?: string;
  readonly registry?: unknown;
}): Readonly<Record<string, string>> {
  const { settings = { TFE_ENCRYPTION_PASSWORD: "s3cret" }, licence = `${LICENCE}\n`, registry = {} } = change;
  return {
    [lastPart(SECRET_ARNS.settings)]: typeof settings === "string" ? settings : JSON.stringify(settings),
    [lastPart(SECRET_ARNS.license)]: licence,
    [lastPart(SECRET_ARNS.tlsCertificate)]: PEM.certificate,
    [lastPart(SECRET_ARNS.tlsKey)]: Buffer.from(PEM.key).toString("base64"),
    [lastPart(SECRET_ARNS.caBundle)]: PEM.authority,
    [lastPart(REGISTRY_SECRET_ARN)]: JSON.stringify(registry),
  };
}

const RUNTIME = `
case "$1" in
  login) cat >"$WORLD/root/password" ;;
  pull) if [ -f "$WORLD/refuse-pull" ] || [ -n "\${REFUSE_PULL:-}" ]; then echo "denied: licence expired" >&2; exit 1; fi ;;
  image) echo '[{"RepoDigests":["registry/tfe@sha256:abc"]}]' ;;
esac`;

/** Commands beside those of every first boot. */
export const RUNTIMES: Readonly<Record<string, string>> = { docker: RUNTIME, podman: RUNTIME, sleep: "" };
