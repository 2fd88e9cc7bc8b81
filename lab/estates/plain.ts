import { SETTINGS } from "../region/defaults";
import { BESIDE, type Elsewhere, FULL, make, type Making, secretArn, SSM_POLICY } from "./elsewhere";
import { HOSTNAME } from "./hostname";

/**
 * Somebody's own code: a short script that takes the settings from a secret of its own, a template that is pinned by its default version,
 * and the defaults of AWS for everything else. The grace period leaves a slow node little time.
 */
const NAME = "tfe-prod";
const RELEASE = 610;
const BUCKET = "acme-tfe-objects";

const SECRETS = {
  settings: secretArn("prod/tfe/settings", "A9b8C7"),
  license: secretArn("prod/tfe/license", "D6e5F4"),
  certificate: secretArn("prod/tfe/tls-crt", "G3h2I1"),
  key: secretArn("prod/tfe/tls-key", "J9k8L7"),
};

const settings = Object.fromEntries(
  Object.entries({ ...SETTINGS, hostname: HOSTNAME, s3_bucket: BUCKET }).map(([key, value]) => [key, { value }]),
);

const script = `#!/bin/bash -ex
exec > /var/log/tfe-install.log 2>&1
secret() { aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text; }

secret ${SECRETS.settings} > /etc/ptfe-settings.json
secret ${SECRETS.license} | base64 -d > /etc/tfe.rli
mkdir -p /etc/tfe-tls
secret ${SECRETS.certificate} > /etc/tfe-tls/tls.crt
secret ${SECRETS.key} > /etc/tfe-tls/tls.key

cat > /etc/replicated.conf <<EOF
{
  "ImportSettingsFrom": "/etc/ptfe-settings.json",
  "LicenseFileLocation": "/etc/tfe.rli",
  "TlsBootstrapType": "server-path",
  "TlsBootstrapCert": "/etc/tfe-tls/tls.crt",
  "TlsBootstrapKey": "/etc/tfe-tls/tls.key",
  "TlsBootstrapHostname": "${HOSTNAME}",
  "BypassPreflightChecks": true,
  "ReleaseSequence": ${RELEASE}
}
EOF

ip=$(hostname -I | cut -d' ' -f1)
curl -fsSL -o /tmp/install.sh https://install.terraform.io/ptfe/stable
bash /tmp/install.sh no-proxy disable-replicated-ui private-address=$ip public-address=$ip
`;

const MAKING: Making = {
  groupName: NAME,
  capacity: FULL,
  templateName: NAME,
  templateVersion: "$Default",
  instanceType: "m5.xlarge",
  rootVolumeGb: 100,
  userData: Buffer.from(script).toString("base64"),
  healthCheckGracePeriod: 600,
  balancer: { name: NAME, type: "application" },
  targets: {
    name: NAME,
    protocol: "HTTPS",
    healthCheck: { path: "/_health_check", protocol: "HTTPS", matcher: "200" },
  },
  securityGroups: { nodes: `${NAME}-nodes`, balancer: `${NAME}-lb` },
  role: { name: NAME, policies: [SSM_POLICY] },
  secrets: {
    [SECRETS.settings]: JSON.stringify(settings),
    [SECRETS.license]: "lab licence, expires 2031-01-01T00:00:00Z",
    [SECRETS.certificate]: "-----BEGIN CERTIFICATE-----\nlab\n-----END CERTIFICATE-----\n",
    [SECRETS.key]: "-----BEGIN PRIVATE KEY-----\nlab\n-----END PRIVATE KEY-----\n",
  },
  database: { id: NAME, backupRetentionPeriod: 7 },
  bucket: BUCKET,
  redis: NAME,
  tags: { Name: NAME },
};

export const PLAIN: Elsewhere = {
  groupName: NAME,
  build: (region) => make(region, MAKING),
  // The settings, and with them bucket and database, are in a secret.
  stackKeys: { ...BESIDE, bucket: BUCKET, databaseId: MAKING.database.id },
};
