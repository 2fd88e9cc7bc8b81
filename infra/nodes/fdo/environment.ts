/**
 * Settings of the application as a container has them: variables named `TFE_*`. Pure. Source: the vendor's configuration reference
 * (developer.hashicorp.com/terraform/enterprise/deploy/reference/configuration).
 */
import { byDefault, isSecretSetting, PLAIN, SECRET, type SettingTable } from "../settingTable";

/** What the build itself sets, the same on every node. */
export const SET_BY_BUILD: readonly string[] = [
  "TFE_OPERATIONAL_MODE",
  "TFE_HOSTNAME",
  "TFE_LICENSE",
  "TFE_LICENSE_PATH",
  "TFE_TLS_CERT_FILE",
  "TFE_TLS_KEY_FILE",
  "TFE_TLS_CA_BUNDLE_FILE",
  "TFE_RUN_PIPELINE_DRIVER",
  "TFE_DISK_CACHE_PATH",
  "TFE_DISK_CACHE_VOLUME_NAME",
  "TFE_DISK_PATH",
  "TFE_HTTP_PORT",
  "TFE_HTTPS_PORT",
  "TFE_ADMIN_HTTPS_PORT",
];

/** What differs from node to node: the build takes it from the node's own address. */
export const PER_NODE: readonly string[] = [
  "TFE_VAULT_CLUSTER_ADDRESS",
  "TFE_NODE_ID",
  "TFE_RUN_PIPELINE_DOCKER_EXTRA_HOSTS",
];

/** Every variable of the vendor's page that a node on AWS can have, with its documented default. */
export const VARIABLES: SettingTable = {
  ...Object.fromEntries([...SET_BY_BUILD, ...PER_NODE].map((name) => [name, PLAIN])),
  TFE_DATABASE_HOST: PLAIN,
  TFE_DATABASE_NAME: PLAIN,
  TFE_DATABASE_USER: PLAIN,
  TFE_DATABASE_PARAMETERS: PLAIN,
  TFE_DATABASE_USE_MTLS: byDefault("false"),
  TFE_DATABASE_CA_CERT_FILE: PLAIN,
  TFE_DATABASE_CLIENT_CERT_FILE: PLAIN,
  TFE_DATABASE_CLIENT_KEY_FILE: PLAIN,
  TFE_DATABASE_PASSWORDLESS_AWS_USE_INSTANCE_PROFILE: PLAIN,
  TFE_DATABASE_PASSWORDLESS_AWS_REGION: PLAIN,
  TFE_DATABASE_EXTRA_SCHEMAS: PLAIN,
  TFE_DATABASE_MONITOR_ENABLED: byDefault("false"),
  TFE_DATABASE_MONITOR_INTERVAL: byDefault("1s"),
  TFE_OBJECT_STORAGE_TYPE: PLAIN,
  TFE_OBJECT_STORAGE_S3_BUCKET: PLAIN,
  TFE_OBJECT_STORAGE_S3_REGION: PLAIN,
  TFE_OBJECT_STORAGE_S3_ENDPOINT: PLAIN,
  TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE: byDefault("false"),
  TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION: PLAIN,
  TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION_KMS_KEY_ID: PLAIN,
  TFE_OBJECT_STORAGE_S3_UPLOAD_PART_SIZE: byDefault("1024"),
  TFE_OBJECT_STORAGE_S3_UPLOAD_CONCURRENCY: byDefault("3"),
  TFE_OBJECT_STORAGE_S3_ENABLE_MD5_VALIDATION: PLAIN,
  TFE_REDIS_HOST: PLAIN,
  TFE_REDIS_USE_AUTH: byDefault("false"),
  TFE_REDIS_USER: PLAIN,
  TFE_REDIS_USE_TLS: byDefault("false"),
  TFE_REDIS_USE_MTLS: byDefault("false"),
  TFE_REDIS_CA_CERT_PATH: PLAIN,
  TFE_REDIS_CLIENT_CERT_PATH: PLAIN,
  TFE_REDIS_CLIENT_KEY_PATH: PLAIN,
  TFE_REDIS_PASSWORDLESS_AWS_USE_INSTANCE_PROFILE: PLAIN,
  TFE_REDIS_PASSWORDLESS_AWS_REGION: PLAIN,
  TFE_VAULT_USE_EXTERNAL: byDefault("false"),
  TFE_VAULT_ADDRESS: PLAIN,
  TFE_VAULT_PATH: byDefault("auth/approle"),
  TFE_VAULT_NAMESPACE: PLAIN,
  TFE_VAULT_TOKEN_RENEW: byDefault("3600"),
  TFE_VAULT_DISABLE_MLOCK: PLAIN,
  TFE_TLS_ENFORCE: PLAIN,
  TFE_TLS_VERSION: PLAIN,
  TFE_TLS_CIPHERS: PLAIN,
  TFE_TLS_REQUIRE_SMTP: PLAIN,
  TFE_RUN_PIPELINE_IMAGE: PLAIN,
  TFE_RUN_PIPELINE_DOCKER_NETWORK: PLAIN,
  TFE_CAPACITY_CONCURRENCY: byDefault("10"),
  TFE_CAPACITY_CPU: byDefault("0"),
  TFE_CAPACITY_MEMORY: byDefault("2048"),
  TFE_IACT_SUBNETS: PLAIN,
  TFE_IACT_TIME_LIMIT: byDefault("60"),
  TFE_IACT_TRUSTED_PROXIES: PLAIN,
  TFE_ADMIN_CONSOLE_DISABLED: PLAIN,
  TFE_METRICS_ENABLE: byDefault("false"),
  TFE_METRICS_HTTP_PORT: byDefault("9090"),
  TFE_METRICS_HTTPS_PORT: byDefault("9091"),
  TFE_LICENSE_REPORTING_OPT_OUT: PLAIN,
  TFE_USAGE_REPORTING_OPT_OUT: PLAIN,
  TFE_STARTUP_CHECKS_IGNORE_FAILURES: PLAIN,
  TFE_LICENSE: SECRET,
  TFE_ENCRYPTION_PASSWORD: SECRET,
  TFE_DATABASE_PASSWORD: SECRET,
  TFE_OBJECT_STORAGE_S3_ACCESS_KEY_ID: SECRET,
  TFE_OBJECT_STORAGE_S3_SECRET_ACCESS_KEY: SECRET,
  TFE_REDIS_PASSWORD: SECRET,
  TFE_REDIS_SENTINEL_PASSWORD: SECRET,
  TFE_REDIS_SIDEKIQ_PASSWORD: SECRET,
  TFE_VAULT_ROLE_ID: SECRET,
  TFE_VAULT_SECRET_ID: SECRET,
  TFE_IACT_TOKEN: SECRET,
  TFE_BACKUP_RESTORE_TOKEN: SECRET,
  TFE_RUN_PIPELINE_DOCKER_REGISTRY_AUTH_USERNAME: SECRET,
  TFE_RUN_PIPELINE_DOCKER_REGISTRY_AUTH_PASSWORD: SECRET,
};

/** Why a variable must not stand in the stack's configuration. Undefined: it may. */
export function unfitForEnvironment(name: string, value: string): string | undefined {
  if (SET_BY_BUILD.includes(name)) return "is set by the build: remove it";
  if (PER_NODE.includes(name)) return "differs from node to node, and the build sets it: remove it";
  if (isSecretSetting(VARIABLES, name, value)) return "may be a secret: move it to the settings secret";
  return hasControl(value) ? "must be one line without control characters" : undefined;
}

/** A control character cannot be carried to the process unchanged by every container runtime. */
const hasControl = (value: string): boolean => /\p{Cc}/u.test(value);
