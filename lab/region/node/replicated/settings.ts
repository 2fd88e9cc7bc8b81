/** Names of the application's settings that `app-config export` lists, set or not. */
export const SETTING_NAMES: readonly string[] = [
  "aws_access_key_id",
  "aws_instance_profile",
  "aws_secret_access_key",
  "ca_certs",
  "capacity_concurrency",
  "capacity_memory",
  "custom_image_tag",
  "enable_active_active",
  "enc_password",
  "extern_vault_addr",
  "extern_vault_enable",
  "force_tls",
  "hairpin_addressing",
  "hostname",
  "iact_subnet_list",
  "installation_type",
  "log_forwarding_config",
  "log_forwarding_enabled",
  "metrics_endpoint_enabled",
  "metrics_endpoint_port_http",
  "metrics_endpoint_port_https",
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
  "s3_region",
  "s3_sse",
  "s3_sse_kms_key_id",
  "tbw_image",
  "tls_ciphers",
  "tls_vers",
  "trusted_proxies",
];

/** What `app-config export` shows for those of them that nobody set. */
export const SETTING_DEFAULTS: Readonly<Record<string, string>> = {
  capacity_concurrency: "10",
  capacity_memory: "512",
};

export function isSettable(name: string): boolean {
  return SETTING_NAMES.includes(name);
}
