/** What a node does on its first boot. Holds no secret: settings, licence and key are fetched with the instance's role. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { BOOT, noProxyList, printer, word } from "../boot";
import { CACHE, CERTIFICATES, composeFile, type ContainerRuntime, podFile, PORTS } from "./containers";
import { registryOf } from "./registry";

export interface UserDataArgs {
  readonly hostname: string;
  /** Without a tag. */
  readonly imageRepository: string;
  readonly imageTag: string;
  /** `sha256:…` that the tag meant when it was resolved; absent: the tag decides at boot. */
  readonly imageDigest?: string | undefined;
  readonly registrySecretArn?: string | undefined;
  readonly containerRuntime: ContainerRuntime;
  readonly environment: Readonly<Record<string, string>>;
  readonly settingsSecretArn: string;
  readonly licenseSecretArn: string;
  readonly tlsCertificateSecretArn: string;
  readonly tlsKeySecretArn: string;
  readonly caBundleSecretArn?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly noProxy: readonly string[];
}

const STEPS = readFileSync(path.join(__dirname, "userData.sh"), "utf8");

/**
 * The script as text. Every value is a single-quoted word, or JSON in a quoted heredoc, which the shell does not look into.
 * The heredocs ENVIRONMENT and CONTAINERS hold plain JSON: the node's build can be read back from its user data.
 */
export function renderUserData(args: UserDataArgs): string {
  const host = args.hostname.replace(/:\d+$/, "");
  const image = imageOf(args);
  const registry = registryOf(args);
  const values = {
    TFE_HOSTNAME: host,
    RELEASE: args.imageTag,
    RUNTIME: args.containerRuntime,
    IMAGE: image,
    REGISTRY: registry.host,
    REGISTRY_LOGIN: registry.login,
    REGISTRY_REGION: registry.region ?? "",
    REGISTRY_SECRET_ARN: args.registrySecretArn ?? "",
    SETTINGS_SECRET_ARN: args.settingsSecretArn,
    LICENSE_SECRET_ARN: args.licenseSecretArn,
    TLS_CERTIFICATE_SECRET_ARN: args.tlsCertificateSecretArn,
    TLS_KEY_SECRET_ARN: args.tlsKeySecretArn,
    CA_BUNDLE_SECRET_ARN: args.caBundleSecretArn ?? "",
    RUNS_NETWORK: runsNetwork(args.environment),
    PROXY_URL: args.proxyUrl ?? "",
    NO_PROXY_LIST: noProxyList(host, args.noProxy),
  };
  const file = args.containerRuntime === "docker" ? composeFile : podFile;
  return [
    "#!/usr/bin/env bash",
    "set -euo pipefail",
    ...Object.entries(values).map(([name, value]) => `${name}=${word(value)}`),
    printer("environment", "ENVIRONMENT", { ...args.environment, ...setByBuild(args, host) }),
    printer("containers", "CONTAINERS", file({ image, metricsPorts: metricsPorts(args.environment) })),
    // The values are above; nothing below is ever anything but the shell's own text.
    BOOT,
    STEPS,
  ].join("\n");
}

/** A digest, once known, decides alone: it names one image for ever, which a tag does not. */
const imageOf = ({ imageRepository, imageTag, imageDigest }: UserDataArgs): string =>
  imageDigest === undefined ? `${imageRepository}:${imageTag}` : `${imageRepository}@${imageDigest}`;

/** What every node must have, whatever the stack says: `unfitForEnvironment` refuses these names in the configuration. */
function setByBuild({ containerRuntime, environment, proxyUrl }: UserDataArgs, host: string): Record<string, string> {
  const { http, https, admin } = PORTS[containerRuntime];
  return {
    TFE_OPERATIONAL_MODE: "active-active",
    TFE_HOSTNAME: host,
    TFE_TLS_CERT_FILE: `${CERTIFICATES}/cert.pem`,
    TFE_TLS_KEY_FILE: `${CERTIFICATES}/key.pem`,
    TFE_TLS_CA_BUNDLE_FILE: `${CERTIFICATES}/bundle.pem`,
    TFE_RUN_PIPELINE_DRIVER: "docker",
    [RUNS_NETWORK]: runsNetwork(environment),
    TFE_DISK_CACHE_PATH: CACHE.path,
    TFE_DISK_CACHE_VOLUME_NAME: CACHE.volume,
    TFE_HTTP_PORT: String(http),
    TFE_HTTPS_PORT: String(https),
    TFE_ADMIN_HTTPS_PORT: String(admin),
    ...(proxyUrl === undefined ? {} : { http_proxy: proxyUrl, https_proxy: proxyUrl }),
  };
}

const RUNS_NETWORK = "TFE_RUN_PIPELINE_DOCKER_NETWORK";

/** The network that runs are in: one that the build guards, unless the stack names another. */
const runsNetwork = (environment: Readonly<Record<string, string>>): string => environment[RUNS_NETWORK] ?? "tfe-runs";

/** The variables that a build gives its nodes over the settings secret: the stack's own, and what holds unless those say otherwise. */
export const givenEnvironment = (environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...environment,
  [RUNS_NETWORK]: runsNetwork(environment),
});

function metricsPorts(environment: Readonly<Record<string, string>>): readonly number[] {
  if (environment["TFE_METRICS_ENABLE"] !== "true") return [];
  const { TFE_METRICS_HTTP_PORT: http = "9090", TFE_METRICS_HTTPS_PORT: https = "9091" } = environment;
  return [Number(http), Number(https)];
}
