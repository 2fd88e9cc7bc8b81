/**
 * Settings of the application as a container has them: variables named `TFE_*`. Pure. Source: the vendor's configuration reference
 * (developer.hashicorp.com/terraform/enterprise/deploy/reference/configuration).
 */

/** What the build itself sets, the same on every node. */
const SET_BY_BUILD = [
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
] as const;

/** What differs from node to node: the build takes it from the node's own address. */
const PER_NODE = ["TFE_VAULT_CLUSTER_ADDRESS", "TFE_NODE_ID", "TFE_RUN_PIPELINE_DOCKER_EXTRA_HOSTS"] as const;

/** Variables whose values are no secret. Whatever is not here may be one: it belongs in the settings secret. */
const NOT_SECRET = [
  "TFE_DATABASE_HOST",
  "TFE_DATABASE_NAME",
  "TFE_DATABASE_USER",
  "TFE_DATABASE_PARAMETERS",
  "TFE_DATABASE_USE_MTLS",
  "TFE_DATABASE_CA_CERT_FILE",
  "TFE_DATABASE_CLIENT_CERT_FILE",
  "TFE_DATABASE_CLIENT_KEY_FILE",
  "TFE_DATABASE_PASSWORDLESS_AWS_USE_INSTANCE_PROFILE",
  "TFE_DATABASE_PASSWORDLESS_AWS_REGION",
  "TFE_DATABASE_EXTRA_SCHEMAS",
  "TFE_DATABASE_MONITOR_ENABLED",
  "TFE_DATABASE_MONITOR_INTERVAL",
  "TFE_OBJECT_STORAGE_TYPE",
  "TFE_OBJECT_STORAGE_S3_BUCKET",
  "TFE_OBJECT_STORAGE_S3_REGION",
  "TFE_OBJECT_STORAGE_S3_ENDPOINT",
  "TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE",
  "TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION",
  "TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION_KMS_KEY_ID",
  "TFE_OBJECT_STORAGE_S3_UPLOAD_PART_SIZE",
  "TFE_OBJECT_STORAGE_S3_UPLOAD_CONCURRENCY",
  "TFE_OBJECT_STORAGE_S3_ENABLE_MD5_VALIDATION",
  "TFE_REDIS_HOST",
  "TFE_REDIS_USE_AUTH",
  "TFE_REDIS_USER",
  "TFE_REDIS_USE_TLS",
  "TFE_REDIS_USE_MTLS",
  "TFE_REDIS_CA_CERT_PATH",
  "TFE_REDIS_CLIENT_CERT_PATH",
  "TFE_REDIS_CLIENT_KEY_PATH",
  "TFE_REDIS_PASSWORDLESS_AWS_USE_INSTANCE_PROFILE",
  "TFE_REDIS_PASSWORDLESS_AWS_REGION",
  "TFE_VAULT_USE_EXTERNAL",
  "TFE_VAULT_ADDRESS",
  "TFE_VAULT_PATH",
  "TFE_VAULT_NAMESPACE",
  "TFE_VAULT_TOKEN_RENEW",
  "TFE_VAULT_DISABLE_MLOCK",
  "TFE_TLS_ENFORCE",
  "TFE_TLS_VERSION",
  "TFE_TLS_CIPHERS",
  "TFE_TLS_REQUIRE_SMTP",
  "TFE_RUN_PIPELINE_IMAGE",
  "TFE_RUN_PIPELINE_DOCKER_NETWORK",
  "TFE_CAPACITY_CONCURRENCY",
  "TFE_CAPACITY_CPU",
  "TFE_CAPACITY_MEMORY",
  "TFE_IACT_SUBNETS",
  "TFE_IACT_TIME_LIMIT",
  "TFE_IACT_TRUSTED_PROXIES",
  "TFE_ADMIN_CONSOLE_DISABLED",
  "TFE_METRICS_ENABLE",
  "TFE_METRICS_HTTP_PORT",
  "TFE_METRICS_HTTPS_PORT",
  "TFE_LICENSE_REPORTING_OPT_OUT",
  "TFE_USAGE_REPORTING_OPT_OUT",
  "TFE_STARTUP_CHECKS_IGNORE_FAILURES",
] as const;

const isIn = (names: readonly string[], name: string): boolean => names.includes(name);

/** Whether the values of a variable may be shown. What is not known may hold a secret. */
export const isHarmless = (name: string): boolean =>
  isIn(NOT_SECRET, name) || (isIn(SET_BY_BUILD, name) && name !== "TFE_LICENSE") || isIn(PER_NODE, name);

/** Why a variable must not stand in the stack's configuration. Undefined: it may. */
export function unfitForEnvironment(name: string): string | undefined {
  if (isIn(SET_BY_BUILD, name)) return "is set by the build: remove it";
  if (isIn(PER_NODE, name)) return "differs from node to node, and the build sets it: remove it";
  if (isIn(NOT_SECRET, name)) return undefined;
  return "may be a secret: move it to the settings secret";
}

/** A control character cannot be carried to the process unchanged by every container runtime. */
export const hasControl = (value: string): boolean => /\p{Cc}/u.test(value);
