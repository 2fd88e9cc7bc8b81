/** Settings of the application, by the names that Replicated's `ptfe-settings.json` and `app-config` have for them. Pure. */

/** Settings that are secrets: they belong in the settings secret, since `appConfig` is readable in user data and outputs. */
export const SECRET_SETTINGS: readonly string[] = [
  "archivist_token",
  "aws_access_key_id",
  "aws_secret_access_key",
  "cookie_hash",
  "enc_password",
  "extern_vault_role_id",
  "extern_vault_secret_id",
  "install_id",
  "internal_api_token",
  "pg_password",
  "redis_pass",
  "registry_session_encryption_key",
  "registry_session_secret_key",
  "root_secret",
  "user_token",
];

/** The vendor's installer of a node that shares its services with others. */
export const INSTALLER_URL = "https://get.replicated.com/docker/terraformenterprise/active-active";

/** Where the build's settings are on a node: what the installation imports. */
export const SETTINGS_FILE = "/etc/ptfe-settings.json";

/** The setting that names the application's bucket. */
export const BUCKET_SETTING = "s3_bucket";

/** What makes several nodes share one database: set on every node, whatever else the build gives it. */
export const SHARED_DATABASE = { enable_active_active: "1" } as const;

/** Services that a node works on. */
export interface ServiceFacts<T> {
  /** Without a port. */
  readonly hostname: string;
  readonly region: string;
  readonly encryptionPassword: T;
  readonly database: { readonly endpoint: T; readonly name: string; readonly user: string; readonly password: T };
  readonly cache: { readonly host: T; readonly port: number; readonly token: T };
  readonly bucket: T;
  readonly kmsKeyArn?: string | undefined;
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
