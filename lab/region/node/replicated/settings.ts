import { createHash } from "node:crypto";
import type { Instance } from "../../model";

/** Names of the application's settings that `app-config export` lists, set or not. */
export const SETTING_NAMES: readonly string[] = [
  "aws_access_key_id",
  "aws_instance_profile",
  "aws_secret_access_key",
  "azure_account_key",
  "azure_account_name",
  "azure_client_id",
  "azure_container",
  "azure_endpoint",
  "azure_use_msi",
  "backup_token",
  "ca_certs",
  "capacity_concurrency",
  "capacity_cpus",
  "capacity_memory",
  "custom_agent_image_tag",
  "custom_image_tag",
  "disk_path",
  "enable_active_active",
  "enable_metrics_collection",
  "enc_password",
  "extern_vault_addr",
  "extern_vault_enable",
  "extern_vault_namespace",
  "extern_vault_path",
  "extern_vault_propagate",
  "extern_vault_role_id",
  "extern_vault_secret_id",
  "extern_vault_token_renew",
  "extra_no_proxy",
  "force_tls",
  "gcs_bucket",
  "gcs_credentials",
  "gcs_project",
  "hairpin_addressing",
  "hostname",
  "iact_subnet_list",
  "iact_subnet_time_limit",
  "installation_type",
  "log_forwarding_config",
  "log_forwarding_enabled",
  "metrics_endpoint_enabled",
  "metrics_endpoint_port_http",
  "metrics_endpoint_port_https",
  "optout_license_reporting",
  "pg_dbname",
  "pg_extra_params",
  "pg_netloc",
  "pg_password",
  "pg_user",
  "placement",
  "production_type",
  "redis_host",
  "redis_pass",
  "redis_port",
  "redis_use_password_auth",
  "redis_use_tls",
  "restrict_worker_metadata_access",
  "run_pipeline_mode",
  "s3_bucket",
  "s3_endpoint",
  "s3_region",
  "s3_sse",
  "s3_sse_kms_key_id",
  "tbw_image",
  "tls_ciphers",
  "tls_vers",
  "trusted_proxies",
];

/** What `app-config export` shows for those of them that nobody set, as operators published it of external installations. */
export const SETTING_DEFAULTS: Readonly<Record<string, string>> = {
  capacity_concurrency: "10",
  capacity_memory: "512",
  custom_image_tag: "hashicorp/build-worker:now",
  enable_metrics_collection: "1",
  extern_vault_enable: "0",
  force_tls: "0",
  gcs_credentials: "{}",
  hairpin_addressing: "0",
  iact_subnet_time_limit: "60",
  restrict_worker_metadata_access: "0",
  tbw_image: "default_image",
  tls_vers: "tls_1_2_tls_1_3",
};

/** Those of them that are secrets: the witness must never see one outside of its node. */
const SECRET_SETTINGS: readonly string[] = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "azure_account_key",
  "backup_token",
  "enc_password",
  "extern_vault_role_id",
  "extern_vault_secret_id",
  "gcs_credentials",
  "log_forwarding_config",
  "pg_password",
  "redis_pass",
];

/** Settings that the installer makes up where it is given none: each node's own. */
export function madeUpSettings({ id }: Instance): Record<string, string> {
  return { backup_token: createHash("sha256").update(`backup_token ${id}`).digest("hex").slice(0, 32) };
}

/** The secret values of these settings, by name. */
export function secretsIn(
  settings: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string])[] {
  return SECRET_SETTINGS.flatMap((name) => {
    const value = settings[name];
    return value === undefined || value === SETTING_DEFAULTS[name] ? [] : [[name, value] as const];
  });
}

export function isSettable(name: string): boolean {
  return SETTING_NAMES.includes(name);
}
