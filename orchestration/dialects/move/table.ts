/**
 * Settings of Replicated, and what a container calls them. Pure. Source: the vendor's table "Replicated to FDO mapping"
 * (developer.hashicorp.com/terraform/enterprise/deploy/reference/configuration). What that table leaves out is marked so.
 */

/** How a value is carried over. `flag`: "1" and "0" become "true" and "false". */
export type Row =
  | { readonly to: string; readonly as: "same" | "flag" }
  /** Nothing of it is needed: the build of the new nodes sets it, or the application has no use for it. */
  | { readonly to: "nothing" }
  /** Read together with others: see `rules.ts`. */
  | { readonly to: "rule" };

const same = (to: string): Row => ({ to, as: "same" });
const flag = (to: string): Row => ({ to, as: "flag" });
const NOTHING: Row = { to: "nothing" };
const RULE: Row = { to: "rule" };

/** Every setting that is known. One that has no row stops the move. */
export const ROWS: Readonly<Record<string, Row>> = {
  // The build of a node with a container sets what these say, or the rules check it.
  hostname: RULE,
  enable_active_active: RULE,
  production_type: RULE,
  placement: RULE,

  enc_password: same("TFE_ENCRYPTION_PASSWORD"),
  pg_netloc: same("TFE_DATABASE_HOST"),
  pg_dbname: same("TFE_DATABASE_NAME"),
  pg_user: same("TFE_DATABASE_USER"),
  pg_password: same("TFE_DATABASE_PASSWORD"),
  pg_extra_params: same("TFE_DATABASE_PARAMETERS"),
  redis_host: RULE,
  redis_port: RULE,
  // Not in the vendor's table; the variable is read from v202503-1 on.
  redis_user: RULE,
  redis_use_password_auth: flag("TFE_REDIS_USE_AUTH"),
  redis_pass: same("TFE_REDIS_PASSWORD"),
  redis_use_tls: flag("TFE_REDIS_USE_TLS"),
  s3_bucket: same("TFE_OBJECT_STORAGE_S3_BUCKET"),
  s3_region: same("TFE_OBJECT_STORAGE_S3_REGION"),
  s3_endpoint: same("TFE_OBJECT_STORAGE_S3_ENDPOINT"),
  s3_sse: same("TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION"),
  s3_sse_kms_key_id: same("TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION_KMS_KEY_ID"),
  aws_instance_profile: flag("TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE"),
  aws_access_key_id: same("TFE_OBJECT_STORAGE_S3_ACCESS_KEY_ID"),
  aws_secret_access_key: same("TFE_OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"),
  capacity_concurrency: same("TFE_CAPACITY_CONCURRENCY"),
  capacity_cpus: same("TFE_CAPACITY_CPU"),
  capacity_memory: RULE,
  custom_agent_image_tag: same("TFE_RUN_PIPELINE_IMAGE"),
  // Not in the vendor's table.
  extern_vault_enable: RULE,
  extern_vault_addr: RULE,
  extern_vault_namespace: RULE,
  extern_vault_path: RULE,
  extern_vault_role_id: RULE,
  extern_vault_secret_id: RULE,
  extern_vault_token_renew: RULE,
  force_tls: flag("TFE_TLS_ENFORCE"),
  tls_vers: RULE,
  tls_ciphers: same("TFE_TLS_CIPHERS"),
  iact_subnet_list: same("TFE_IACT_SUBNETS"),
  iact_subnet_time_limit: same("TFE_IACT_TIME_LIMIT"),
  // Not in the vendor's table.
  trusted_proxies: same("TFE_IACT_TRUSTED_PROXIES"),
  log_forwarding_enabled: RULE,
  log_forwarding_config: RULE,
  metrics_endpoint_enabled: flag("TFE_METRICS_ENABLE"),
  metrics_endpoint_port_http: same("TFE_METRICS_HTTP_PORT"),
  metrics_endpoint_port_https: same("TFE_METRICS_HTTPS_PORT"),
  optout_license_reporting: flag("TFE_LICENSE_REPORTING_OPT_OUT"),
  optout_usage_reporting: flag("TFE_USAGE_REPORTING_OPT_OUT"),
  backup_token: RULE,
  // Of a single node with a disk of its own, and of other clouds: `production_type` and `placement` are checked.
  disk_path: NOTHING,
  azure_account_key: NOTHING,
  azure_account_name: NOTHING,
  azure_client_id: NOTHING,
  azure_container: NOTHING,
  azure_endpoint: NOTHING,
  azure_use_msi: NOTHING,
  gcs_bucket: NOTHING,
  gcs_credentials: NOTHING,
  gcs_project: NOTHING,

  // What follows is not in the vendor's table.
  ca_certs: RULE,
  extra_no_proxy: RULE,
  hairpin_addressing: RULE,
  restrict_worker_metadata_access: RULE,
  run_pipeline_mode: RULE,
  custom_image_tag: RULE,
  tbw_image: RULE,
  redis_use_mtls: RULE,
  enable_metrics_collection: NOTHING,
  extern_vault_propagate: NOTHING,
  vault_path: NOTHING,
  vault_store_snapshot: NOTHING,
  installation_type: NOTHING,
  // Kept in the database since v202104-1.
  install_id: NOTHING,
  root_secret: NOTHING,
  user_token: NOTHING,
  cookie_hash: NOTHING,
  archivist_token: NOTHING,
  internal_api_token: NOTHING,
  registry_session_secret_key: NOTHING,
  registry_session_encryption_key: NOTHING,
};
