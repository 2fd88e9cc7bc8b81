import { DEFAULTS, SETTINGS } from "../region/defaults";
import { BESIDE, type Elsewhere, FULL, make, type Making, secretArn, SSM_POLICY } from "./elsewhere";
import { HOSTNAME } from "./hostname";

/**
 * The vendor's module for nodes on Replicated (terraform-aws-terraform-enterprise), with its own names and defaults: minimum, maximum and
 * capacity are `node_count`, the group launches `$Latest`, the target group keeps AWS's 300 s, the database has no backups, and the
 * settings with their passwords stand in user data. Of what it leaves to its user, `iam_role_policy_arns` and `release_sequence` are given.
 */
const PREFIX = "example";
const RELEASE = 610;

const SECRETS = {
  license: secretArn(`${PREFIX}-tfe-license`, "L1m2N3"),
  certificate: secretArn(`${PREFIX}-certificate-pem`, "P4q5R6"),
  key: secretArn(`${PREFIX}-private-key-pem`, "S7t8U9"),
  /** What a stack of ours reads the settings from; the module knows nothing of it. */
  settings: secretArn(`${PREFIX}-tfe-settings`, "V1w2X3"),
};

const BUCKET = `${PREFIX}-tfe-data`;

const settings: Readonly<Record<string, string>> = {
  ...SETTINGS,
  hostname: HOSTNAME,
  s3_bucket: BUCKET,
  capacity_concurrency: "10",
  capacity_memory: "1024",
};

const inValues = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }]));

const replicatedConf = {
  BypassPreflightChecks: false,
  DaemonAuthenticationType: "anonymous",
  ImportSettingsFrom: "/etc/ptfe-settings.json",
  LicenseFileLocation: "/etc/terraform-enterprise.rli",
  LogLevel: "info",
  ReleaseSequence: RELEASE,
  TlsBootstrapCert: "/var/lib/terraform-enterprise/certificate.pem",
  TlsBootstrapHostname: HOSTNAME,
  TlsBootstrapKey: "/var/lib/terraform-enterprise/key.pem",
  TlsBootstrapType: "server-path",
};

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

/** Of the form of the module's `tfe_replicated.sh.tpl`: two documents in base64, secrets by their ids, then the installer. */
const script = `#!/usr/bin/env bash
set -euo pipefail

function get_base64_secrets {
	local secret_id=$1
	/usr/local/bin/aws secretsmanager get-secret-value --secret-id $secret_id | jq --raw-output '.SecretBinary,.SecretString | select(. != null)'
}

log_pathname="/var/log/ptfe.log"
tfe_settings_file="ptfe-settings.json"
tfe_settings_path="/etc/$tfe_settings_file"

echo "[Terraform Enterprise] Create configuration files" | tee -a $log_pathname
sudo echo "${base64(inValues)}" | sudo base64 -d > $tfe_settings_path
echo "${base64(replicatedConf)}" | base64 -d > /etc/replicated.conf

certificate_data_b64=$(get_base64_secrets ${SECRETS.certificate})
mkdir -p $(dirname ${replicatedConf.TlsBootstrapCert})
echo $certificate_data_b64 | base64 --decode > ${replicatedConf.TlsBootstrapCert}
key_data_b64=$(get_base64_secrets ${SECRETS.key})
mkdir -p $(dirname ${replicatedConf.TlsBootstrapKey})
echo $key_data_b64 | base64 --decode > ${replicatedConf.TlsBootstrapKey}
chmod 0600 ${replicatedConf.TlsBootstrapKey}

license=$(get_base64_secrets ${SECRETS.license})
echo $license | base64 -d > ${replicatedConf.LicenseFileLocation}

replicated_directory="/etc/replicated"
install_pathname="$replicated_directory/install.sh"
curl --noproxy '*' --create-dirs --output $install_pathname https://get.replicated.com/docker/terraformenterprise/active-active
chmod +x $install_pathname
cd $replicated_directory
instance_ip=$(hostname -i)
$install_pathname fast-timeouts bypass-firewalld-warning no-proxy disable-replicated-ui private-address="$instance_ip" public-address="$instance_ip" | tee -a $log_pathname
`;

const MAKING: Making = {
  groupName: `${PREFIX}-tfe-asg`,
  capacity: FULL,
  templateName: `${PREFIX}-tfe-ec2-asg-launch-template-20250611093000000000000001`,
  templateVersion: "$Latest",
  instanceType: "m5.xlarge",
  rootVolumeGb: 50,
  userData: Buffer.from(script).toString("base64"),
  healthCheckGracePeriod: 900,
  balancer: { name: `${PREFIX}-tfe-web-alb`, type: "application" },
  targets: {
    name: `${PREFIX}-tfe-alb-tg-443`,
    protocol: "HTTPS",
    healthCheck: { path: "/_health_check", protocol: "HTTPS", matcher: "200-399" },
  },
  securityGroups: { nodes: `${PREFIX}-tfe-ec2-sg`, balancer: `${PREFIX}-tfe-web-alb-sg` },
  role: { name: `${PREFIX}-tfe`, policies: [SSM_POLICY] },
  secrets: {
    [SECRETS.license]: "lab licence, expires 2031-01-01T00:00:00Z",
    [SECRETS.certificate]: "-----BEGIN CERTIFICATE-----\nlab\n-----END CERTIFICATE-----\n",
    [SECRETS.key]: "-----BEGIN PRIVATE KEY-----\nlab\n-----END PRIVATE KEY-----\n",
    [SECRETS.settings]: JSON.stringify(inValues),
  },
  database: { id: `${PREFIX}-tfe`, backupRetentionPeriod: 0 },
  bucket: BUCKET,
  redis: `${PREFIX}-tfe`,
  tags: { Name: `${PREFIX}-tfe`, OwnedBy: DEFAULTS.accountId },
};

export const VENDOR_MODULE: Elsewhere = {
  groupName: MAKING.groupName,
  build: (region) => make(region, MAKING),
  stackKeys: { ...BESIDE, settingsSecretArn: SECRETS.settings },
};
