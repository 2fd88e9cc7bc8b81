import { gzipSync } from "node:zlib";
import { DEFAULTS, SECRET_VARIABLES } from "../region/defaults";
import { BESIDE, type Elsewhere, make, type Making, secretArn, SSM_POLICY } from "./elsewhere";
import { HOSTNAME } from "./hostname";

/**
 * The vendor's module for nodes with a container (terraform-aws-terraform-enterprise-hvd), with its own names and defaults: minimum 0,
 * maximum 3, `$Latest`, a Network Load Balancer, and a script in gzip whose Compose file has the passwords of database and Redis in clear.
 * Licence, certificate, key, CA bundle and encryption password are fetched at boot. Of what it leaves to its user, `ec2_allow_ssm`, two
 * nodes and a tag of the image are given.
 */
const PREFIX = "example";
const TAG = "v202503-1";
const BUCKET = `${PREFIX}-tfe-app-${DEFAULTS.region}-${DEFAULTS.accountId}`;

const SECRETS = {
  license: secretArn(`${PREFIX}-tfe-license`, "L1m2N3"),
  certificate: secretArn(`${PREFIX}-tfe-tls-cert-base64`, "P4q5R6"),
  key: secretArn(`${PREFIX}-tfe-tls-privkey-base64`, "S7t8U9"),
  caBundle: secretArn(`${PREFIX}-tfe-tls-ca-bundle-base64`, "Y4z5A6"),
  encryptionPassword: secretArn(`${PREFIX}-tfe-encryption-password`, "B7c8D9"),
  databasePassword: secretArn(`${PREFIX}-tfe-database-password`, "E1f2G3"),
  redisPassword: secretArn(`${PREFIX}-tfe-redis-password`, "H4i5J6"),
  /** What a stack of ours reads the secret variables from; the module knows nothing of it. */
  variables: secretArn(`${PREFIX}-tfe-variables`, "K7l8M9"),
};

/** Those of the Compose file that are neither secret nor a node's own. */
const VARIABLES = {
  TFE_HOSTNAME: HOSTNAME,
  TFE_OPERATIONAL_MODE: "active-active",
  TFE_CAPACITY_CONCURRENCY: "10",
  TFE_CAPACITY_CPU: "0",
  TFE_CAPACITY_MEMORY: "2048",
  TFE_RUN_PIPELINE_DRIVER: "docker",
  TFE_HTTP_PORT: "80",
  TFE_HTTPS_PORT: "443",
  TFE_DATABASE_HOST: DEFAULTS.hosts.database,
  TFE_DATABASE_NAME: "tfe",
  TFE_DATABASE_USER: "tfe",
  TFE_DATABASE_PARAMETERS: "sslmode=require",
  TFE_OBJECT_STORAGE_TYPE: "s3",
  TFE_OBJECT_STORAGE_S3_BUCKET: BUCKET,
  TFE_OBJECT_STORAGE_S3_REGION: DEFAULTS.region,
  TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE: "true",
  TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION: "AES256",
  TFE_REDIS_HOST: DEFAULTS.hosts.redis,
  TFE_REDIS_USE_TLS: "true",
  TFE_REDIS_USE_AUTH: "true",
  TFE_TLS_CERT_FILE: "/etc/ssl/private/terraform-enterprise/cert.pem",
  TFE_TLS_KEY_FILE: "/etc/ssl/private/terraform-enterprise/key.pem",
  TFE_TLS_CA_BUNDLE_FILE: "/etc/ssl/private/terraform-enterprise/bundle.pem",
  TFE_TLS_ENFORCE: "true",
  TFE_DISK_CACHE_PATH: "/var/cache/tfe-task-worker",
  TFE_DISK_CACHE_VOLUME_NAME: "terraform-enterprise-cache",
};

const environment = [
  ...Object.entries(VARIABLES).map(([name, value]) => `      ${name}: ${value}`),
  "      TFE_LICENSE: $TFE_LICENSE",
  '      TFE_LICENSE_PATH: ""',
  // The module writes every variable of its own, also where it is left blank.
  "      TFE_RUN_PIPELINE_IMAGE: ",
  "      TFE_RUN_PIPELINE_DOCKER_NETWORK: ",
  "      TFE_ENCRYPTION_PASSWORD: $TFE_ENCRYPTION_PASSWORD",
  `      TFE_DATABASE_PASSWORD: ${SECRET_VARIABLES.TFE_DATABASE_PASSWORD}`,
  `      TFE_REDIS_PASSWORD: ${SECRET_VARIABLES.TFE_REDIS_PASSWORD}`,
  "      TFE_VAULT_CLUSTER_ADDRESS: https://$VM_PRIVATE_IP:8201",
].join("\n");

/** Of the form of the module's `tfe_user_data.sh.tpl`: functions, the Compose file as a heredoc that the shell expands, then `main`. */
const script = `#!/usr/bin/env bash
set -euo pipefail

LOGFILE="/var/log/tfe-cloud-init.log"
TFE_CONFIG_DIR="/etc/tfe"
TFE_LICENSE_PATH="$TFE_CONFIG_DIR/tfe-license.hclic"
TFE_TLS_CERTS_DIR="$TFE_CONFIG_DIR/tls"
AWS_REGION="${DEFAULTS.region}"

function retrieve_license_from_awssm {
  TFE_LICENSE=$(aws secretsmanager get-secret-value --region $AWS_REGION --secret-id $1 --query SecretString --output text)
  echo "$TFE_LICENSE" > $TFE_LICENSE_PATH
}

function retrieve_certs_from_awssm {
  aws secretsmanager get-secret-value --region $AWS_REGION --secret-id $1 --query SecretString --output text | base64 -d > $2
}

function generate_tfe_docker_compose_file {
  local TFE_SETTINGS_PATH="$1"

  cat > "$TFE_SETTINGS_PATH" << EOF
---
name: tfe
services:
  tfe:
    image: images.releases.hashicorp.com/hashicorp/terraform-enterprise:${TAG}
    restart: unless-stopped
    environment:
${environment}
    cap_add:
      - IPC_LOCK
    read_only: true
    tmpfs:
      - /tmp:mode=01777
      - /var/run
      - /var/log/terraform-enterprise
    ports:
      - 80:80
      - 443:443
      - 8201:8201
    volumes:
      - type: bind
        source: /var/run/docker.sock
        target: /var/run/docker.sock
      - type: bind
        source: $TFE_TLS_CERTS_DIR
        target: /etc/ssl/private/terraform-enterprise
      - type: volume
        source: terraform-enterprise-cache
        target: /var/cache/tfe-task-worker/terraform
volumes:
  terraform-enterprise-cache:
    name: terraform-enterprise-cache
EOF
}

function main {
  VM_PRIVATE_IP=$(hostname -I | cut -d' ' -f1)
  mkdir -p $TFE_CONFIG_DIR $TFE_TLS_CERTS_DIR
  retrieve_license_from_awssm "${SECRETS.license}"
  retrieve_certs_from_awssm "${SECRETS.certificate}" "$TFE_TLS_CERTS_DIR/cert.pem"
  retrieve_certs_from_awssm "${SECRETS.key}" "$TFE_TLS_CERTS_DIR/key.pem"
  retrieve_certs_from_awssm "${SECRETS.caBundle}" "$TFE_TLS_CERTS_DIR/bundle.pem"
  TFE_ENCRYPTION_PASSWORD=$(aws secretsmanager get-secret-value --region $AWS_REGION --secret-id "${SECRETS.encryptionPassword}" --query SecretString --output text)
  TFE_SETTINGS_PATH="$TFE_CONFIG_DIR/docker-compose.yaml"
  generate_tfe_docker_compose_file "$TFE_SETTINGS_PATH"
  docker login images.releases.hashicorp.com --username terraform --password $TFE_LICENSE
  docker compose --file $TFE_SETTINGS_PATH up --detach
}

main
`;

const MAKING: Making = {
  groupName: `${PREFIX}-tfe-asg`,
  capacity: { min: 0, max: 3, desired: 2 },
  templateName: `${PREFIX}-tfe-ec2-launch-template`,
  templateVersion: "$Latest",
  instanceType: "m5.xlarge",
  rootVolumeGb: 50,
  userData: gzipSync(script).toString("base64"),
  healthCheckGracePeriod: 900,
  balancer: { name: `${PREFIX}-tfe-nlb-internal`, type: "network" },
  targets: {
    name: `${PREFIX}-tfe-nlb-tg-443`,
    protocol: "TCP",
    healthCheck: {
      path: "/_health_check",
      protocol: "HTTPS",
      matcher: "200",
      healthyThreshold: 5,
      unhealthyThreshold: 5,
      timeoutSeconds: 10,
      intervalSeconds: 30,
    },
  },
  securityGroups: { nodes: `${PREFIX}-tfe-ec2-allow-ingress`, balancer: `${PREFIX}-tfe-lb-allow-ingress` },
  role: { name: `${PREFIX}-tfe-ec2`, policies: [SSM_POLICY] },
  secrets: {
    [SECRETS.license]: "lab licence, expires 2031-01-01T00:00:00Z",
    [SECRETS.certificate]: "-----BEGIN CERTIFICATE-----\nlab\n-----END CERTIFICATE-----\n",
    [SECRETS.key]: "-----BEGIN PRIVATE KEY-----\nlab\n-----END PRIVATE KEY-----\n",
    [SECRETS.caBundle]: "-----BEGIN CERTIFICATE-----\nlab authority\n-----END CERTIFICATE-----\n",
    [SECRETS.encryptionPassword]: SECRET_VARIABLES.TFE_ENCRYPTION_PASSWORD,
    [SECRETS.databasePassword]: SECRET_VARIABLES.TFE_DATABASE_PASSWORD,
    [SECRETS.redisPassword]: SECRET_VARIABLES.TFE_REDIS_PASSWORD,
    [SECRETS.variables]: JSON.stringify(SECRET_VARIABLES),
  },
  database: { id: `${PREFIX}-tfe-db-1`, clusterId: `${PREFIX}-tfe-db-cluster`, backupRetentionPeriod: 35 },
  bucket: BUCKET,
  redis: `${PREFIX}-tfe-redis-cluster`,
  tags: { Name: `${PREFIX}-tfe-ec2`, Type: "autoscaling-group" },
};

export const HVD: Elsewhere = {
  groupName: MAKING.groupName,
  build: (region) => make(region, MAKING),
  stackKeys: { ...BESIDE, settingsSecretArn: SECRETS.variables },
};
