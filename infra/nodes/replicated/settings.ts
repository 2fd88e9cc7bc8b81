/** Settings of the application, by the names that Replicated's `ptfe-settings.json` and `app-config` have for them. Pure. */
import type { ServiceFacts } from "../kind";
import { byDefault, PLAIN, SECRET, type SettingTable } from "../settingTable";

const MADE = { secret: true, generated: true } as const;

/**
 * Every setting of the vendor's page on automated installations, with the defaults that it documents or shows in an export, and those that
 * releases before it had.
 */
export const SETTINGS: SettingTable = {
  archivist_token: MADE,
  aws_access_key_id: SECRET,
  aws_instance_profile: byDefault("0"),
  aws_secret_access_key: SECRET,
  azure_account_key: SECRET,
  azure_account_name: PLAIN,
  azure_client_id: PLAIN,
  azure_container: PLAIN,
  azure_endpoint: PLAIN,
  azure_use_msi: byDefault("0"),
  backup_token: MADE,
  ca_certs: PLAIN,
  capacity_concurrency: byDefault("10"),
  capacity_cpus: byDefault("0"),
  capacity_memory: byDefault("512"),
  cookie_hash: MADE,
  custom_agent_image_tag: PLAIN,
  custom_image_tag: byDefault("hashicorp/build-worker:now"),
  disk_path: PLAIN,
  enable_active_active: byDefault("0"),
  enable_metrics_collection: byDefault("1"),
  enc_password: SECRET,
  extern_vault_addr: PLAIN,
  extern_vault_enable: byDefault("0"),
  extern_vault_namespace: PLAIN,
  extern_vault_path: byDefault("auth/approle"),
  extern_vault_propagate: byDefault("0"),
  extern_vault_role_id: SECRET,
  extern_vault_secret_id: SECRET,
  extern_vault_token_renew: byDefault("3600"),
  extra_no_proxy: PLAIN,
  force_tls: byDefault("0"),
  gcs_bucket: PLAIN,
  gcs_credentials: { secret: true, byDefault: ["{}"] },
  gcs_project: PLAIN,
  hairpin_addressing: byDefault("0"),
  hostname: PLAIN,
  iact_subnet_list: PLAIN,
  iact_subnet_time_limit: byDefault("60"),
  install_id: MADE,
  installation_type: byDefault("production"),
  internal_api_token: MADE,
  log_forwarding_config: SECRET,
  log_forwarding_enabled: byDefault("0"),
  metrics_endpoint_enabled: byDefault("0"),
  metrics_endpoint_port_http: byDefault("9090"),
  metrics_endpoint_port_https: byDefault("9091"),
  optout_license_reporting: byDefault("0"),
  pg_dbname: PLAIN,
  pg_extra_params: PLAIN,
  pg_netloc: PLAIN,
  pg_password: SECRET,
  pg_user: PLAIN,
  placement: PLAIN,
  production_type: byDefault("disk"),
  redis_host: PLAIN,
  redis_pass: SECRET,
  redis_port: byDefault("6379"),
  redis_use_password_auth: byDefault("0"),
  redis_use_tls: byDefault("0"),
  registry_session_encryption_key: MADE,
  registry_session_secret_key: MADE,
  restrict_worker_metadata_access: byDefault("0"),
  root_secret: MADE,
  run_pipeline_mode: { byDefault: ["agent"], byDefaultWith: { other: "custom_image_tag", value: "legacy" } },
  s3_bucket: PLAIN,
  s3_endpoint: PLAIN,
  s3_region: PLAIN,
  s3_sse: PLAIN,
  s3_sse_kms_key_id: PLAIN,
  tbw_image: byDefault("default_image"),
  tls_ciphers: PLAIN,
  tls_vers: byDefault("tls_1_2_tls_1_3"),
  trusted_proxies: PLAIN,
  user_token: MADE,
  vault_path: PLAIN,
  vault_store_snapshot: byDefault("1"),
};

/** The setting that a fleet's secrets are encrypted with: the same on every node, for ever. */
export const SHARED_SECRET = "enc_password";

/** The vendor's installer of a node that shares its services with others. */
export const INSTALLER_URL = "https://get.replicated.com/docker/terraformenterprise/active-active";

/** Where the build's settings are on a node: what the installation imports. */
export const SETTINGS_FILE = "/etc/ptfe-settings.json";

/** The setting that names the application's bucket. */
export const BUCKET_SETTING = "s3_bucket";

/** What makes several nodes share one database: set on every node, whatever else the build gives it. */
export const SHARED_DATABASE = { enable_active_active: "1" } as const;

/**
 * Keeps Terraform runs off the machine's metadata service, and with it off the nodes' role, which reads every secret of the stack. On unless
 * a stack's own `appConfig` says otherwise; the settings secret does not decide, since whole exports are kept there, with "0" in them.
 */
export const SHIELD = { key: "restrict_worker_metadata_access", on: "1" } as const;

/** What a build gives its nodes over the settings secret: the stack's `appConfig`, and what holds unless that says otherwise. */
export const givenSettings = (appConfig: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  [SHIELD.key]: SHIELD.on,
  ...appConfig,
});

/**
 * What the stack itself knows of an Active/Active node on AWS: what the settings secret leaves out. By the vendor's page these have no default
 * that would do, and its example for a single node needs none of them.
 */
export const ownSettings = (hostname: string): Readonly<Record<string, string>> => ({
  hostname,
  production_type: "external",
  placement: "placement_s3",
  // Unless there are keys for the bucket.
  aws_instance_profile: "1",
});

/** What every node that shares its services with others must be given. */
const REQUIRED: readonly string[] = [
  "hostname",
  "production_type",
  "placement",
  "pg_netloc",
  "pg_dbname",
  "pg_user",
  "pg_password",
  "redis_host",
  "s3_bucket",
  "s3_region",
];

/** The settings that are missing for a node that shares its services, judged by the names of those it is given. */
export function missingSettings(given: readonly string[]): readonly string[] {
  const has = (key: string): boolean => given.includes(key);
  // An external Vault keeps what this password would encrypt.
  const keys = has("extern_vault_enable") ? REQUIRED : [...REQUIRED, SHARED_SECRET];
  return keys.filter((key) => !has(key));
}

/** The settings that lead a node to its services; `appConfig` adds the rest on the node. */
export function serviceSettings<T>(facts: ServiceFacts<T>): Readonly<Record<string, T | string>> {
  const { database, cache, kmsKeyArn } = facts;
  return {
    hostname: facts.hostname,
    installation_type: "production",
    production_type: "external",
    enc_password: facts.encryptionPassword,
    pg_netloc: database.endpoint,
    pg_dbname: database.name,
    pg_user: database.user,
    pg_password: database.password,
    pg_extra_params: "sslmode=require",
    redis_host: cache.host,
    redis_port: String(cache.port),
    redis_use_password_auth: "1",
    redis_pass: cache.token,
    redis_use_tls: "1",
    placement: "placement_s3",
    aws_instance_profile: "1",
    s3_bucket: facts.bucket,
    s3_region: facts.region,
    ...(kmsKeyArn === undefined ? { s3_sse: "AES256" } : { s3_sse: "aws:kms", s3_sse_kms_key_id: kmsKeyArn }),
  };
}
