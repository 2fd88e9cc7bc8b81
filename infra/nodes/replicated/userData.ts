/** What a node does on its first boot. Holds no secret: settings, licence and key are fetched with the instance's role. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { StackConfig } from "../../config/index";
import { BOOT, digestCheck, noProxyList, printer, word } from "../boot";
import { sourcesOf } from "./sources";
import { givenSettings, ownSettings, SETTINGS_FILE, SHARED_DATABASE } from "./settings";

export type UserDataArgs = Pick<
  StackConfig,
  | "releaseSequence"
  | "hostname"
  | "licenseSecretArn"
  | "tlsCertificateSecretArn"
  | "tlsKeySecretArn"
  | "caBundleSecretArn"
  | "appConfig"
  | "proxyUrl"
  | "noProxy"
  | "installerUrl"
  | "airgapPackageUrl"
  | "airgapInstallerUrl"
  | "installerSha256"
  | "airgapPackageSha256"
  | "airgapInstallerSha256"
> & {
  readonly settingsSecretArn: string;
};

const HEADER =
  "# Builds one node of Terraform Enterprise, once, on its first boot. infra/nodes/replicated/userData.ts puts the stack's values in front.";

/** The same for every stack. */
const STEPS = readFileSync(path.join(__dirname, "userData.sh"), "utf8");

/**
 * The script as text. Values stand before the steps, so that no value is ever part of a command. Every value is a single-quoted
 * word, or JSON in a quoted heredoc, which the shell does not look into.
 * The heredocs REPLICATED_CONF, OWN_SETTINGS and APP_CONFIG hold plain JSON: the node's build can be read back from its user data.
 */
export function renderUserData(args: UserDataArgs): string {
  const host = args.hostname.replace(/:\d+$/, "");
  const values = {
    TFE_HOSTNAME: host,
    // An airgap package decides for itself.
    RELEASE: args.airgapPackageUrl === undefined ? String(args.releaseSequence ?? "") : "",
    SETTINGS_SECRET_ARN: args.settingsSecretArn,
    LICENSE_SECRET_ARN: args.licenseSecretArn,
    TLS_CERTIFICATE_SECRET_ARN: args.tlsCertificateSecretArn,
    TLS_KEY_SECRET_ARN: args.tlsKeySecretArn,
    CA_BUNDLE_SECRET_ARN: args.caBundleSecretArn,
    INSTALLER_URL: args.installerUrl,
    AIRGAP_PACKAGE_URL: args.airgapPackageUrl,
    AIRGAP_INSTALLER_URL: args.airgapInstallerUrl,
    PROXY_URL: args.proxyUrl,
    NO_PROXY_LIST: noProxyList(host, args.noProxy),
  };
  return [
    "#!/usr/bin/env bash",
    "set -euo pipefail",
    ...Object.entries(values).map(([name, value]) => `${name}=${word(value ?? "")}`),
    printer("replicated_conf", "REPLICATED_CONF", replicatedConf(args, host)),
    printer("own_settings", "OWN_SETTINGS", asFile(ownSettings(host))),
    printer("app_config", "APP_CONFIG", asFile({ ...givenSettings(args.appConfig), ...SHARED_DATABASE })),
    `${HEADER}\n\n${BOOT}${digestCheck(sourcesOf(args))}\n${STEPS}`,
  ].join("\n");
}

/**
 * `/etc/replicated.conf`. ReleaseSequence must be a JSON integer, and must be absent where an airgap package decides:
 * Replicated reads neither otherwise. The daemon's own console is switched off, hence no password for it.
 */
function replicatedConf(args: UserDataArgs, host: string): Record<string, unknown> {
  return {
    ...(args.airgapPackageUrl === undefined
      ? { ReleaseSequence: args.releaseSequence }
      : { LicenseBootstrapAirgapPackagePath: "/opt/tfe/package.airgap" }),
    DaemonAuthenticationType: "anonymous",
    TlsBootstrapType: "server-path",
    TlsBootstrapHostname: host,
    TlsBootstrapCert: "/etc/tfe/tls.crt",
    TlsBootstrapKey: "/etc/tfe/tls.key",
    LicenseFileLocation: "/etc/tfe/license.rli",
    ImportSettingsFrom: SETTINGS_FILE,
    BypassPreflightChecks: true,
  };
}

const asFile = (settings: Readonly<Record<string, string>>): Record<string, { readonly value: string }> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }]));
