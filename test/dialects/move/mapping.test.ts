import { SETTINGS } from "../../../infra/nodes/replicated/settings";
import { unfitForEnvironment, VARIABLES } from "../../../infra/nodes/fdo/environment";
import { isSecretSetting } from "../../../infra/nodes/settingTable";
import { mapSettings } from "../../../orchestration/dialects/move/mapping";
import type { Mapped, Surroundings } from "../../../orchestration/dialects/move/draft";
import { ROWS } from "../../../orchestration/dialects/move/table";
import type { Settings, SettingValue } from "../../../orchestration/domain/settings";

const AROUND: Surroundings = {
  hostname: "tfe.example.com",
  noProxy: ["10.0.0.0/8"],
  proxied: false,
  hasAuthorities: false,
  readsRedisUser: true,
};

const DIGEST: SettingValue = { digest: "0".repeat(64) };
const plain = (values: Readonly<Record<string, string>>): Settings =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { plain: value }]));

/** What every Active/Active node on AWS has. */
const NODE: Settings = {
  ...plain({
    hostname: "tfe.example.com",
    enable_active_active: "1",
    production_type: "external",
    placement: "placement_s3",
    pg_netloc: "db.example.com:5432",
    pg_dbname: "tfe",
    pg_user: "tfe",
    redis_host: "redis.example.com",
    redis_port: "6380",
    redis_use_password_auth: "1",
    redis_use_tls: "1",
    s3_bucket: "objects",
    s3_region: "eu-west-1",
    aws_instance_profile: "1",
    capacity_concurrency: "10",
    tls_vers: "tls_1_2_tls_1_3",
    restrict_worker_metadata_access: "1",
  }),
  enc_password: DIGEST,
  pg_password: DIGEST,
  redis_pass: DIGEST,
  tls_ciphers: undefined,
};

const mapped = (more: Settings = {}, around: Partial<Surroundings> = {}, built: Settings = {}): Mapped =>
  mapSettings({ now: { ...NODE, ...more }, built }, { ...AROUND, ...around });

test("a usual node: variables that may be shown, and the names of those that are secret", () => {
  const { environment, secrets, problems, notes } = mapped();
  expect(problems).toEqual([]);
  expect(notes).toEqual([]);
  expect(environment).toEqual({
    TFE_DATABASE_HOST: "db.example.com:5432",
    TFE_DATABASE_NAME: "tfe",
    TFE_DATABASE_USER: "tfe",
    TFE_REDIS_HOST: "redis.example.com:6380",
    TFE_REDIS_USE_AUTH: "true",
    TFE_REDIS_USE_TLS: "true",
    TFE_OBJECT_STORAGE_TYPE: "s3",
    TFE_OBJECT_STORAGE_S3_BUCKET: "objects",
    TFE_OBJECT_STORAGE_S3_REGION: "eu-west-1",
    TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE: "true",
    TFE_CAPACITY_MEMORY: "512",
  });
  expect(secrets).toEqual({
    enc_password: "TFE_ENCRYPTION_PASSWORD",
    pg_password: "TFE_DATABASE_PASSWORD",
    redis_pass: "TFE_REDIS_PASSWORD",
  });
});

test("the table has every setting that is known, and names no variable that is not", () => {
  expect(Object.keys(SETTINGS).filter((key) => !Object.hasOwn(ROWS, key))).toEqual([]);
  const targets = Object.values(ROWS).flatMap((row) => ("as" in row ? [row.to] : []));
  expect(targets.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
  expect(new Set(targets).size).toBe(targets.length);
});

test("a secret is never carried over in the open", () => {
  const secret = Object.keys(SETTINGS).filter((key) => isSecretSetting(SETTINGS, key));
  const all = Object.fromEntries(secret.map((key) => [key, DIGEST]));
  const { environment } = mapped({ ...all, ...plain({ extern_vault_enable: "1" }) }, {}, { backup_token: DIGEST });
  for (const [name, value] of Object.entries(environment)) expect(unfitForEnvironment(name, value)).toBeUndefined();
});

test.each([
  ["a setting that nobody knows", { brand_new: { plain: "1" } }, /^brand_new is not known/],
  ["the legacy worker", plain({ run_pipeline_mode: "legacy" }), /run_pipeline_mode is legacy.*tfc-agent/],
  ["a worker image of the site's own", plain({ tbw_image: "custom_image" }), /tbw_image .*custom_agent_image_tag/],
  [
    "authorities without a secret",
    plain({ ca_certs: "-----BEGIN CERTIFICATE-----" }),
    /ca_certs.*tfe:caBundleSecretArn/,
  ],
  ["logs that go elsewhere", plain({ log_forwarding_enabled: "1" }), /log_forwarding_enabled/],
  ["hairpins", plain({ hairpin_addressing: "1" }), /hairpin_addressing/],
  ["another name", plain({ hostname: "other.example.com" }), /other\.example\.com.*tfe\.example\.com/],
  ["a single node", plain({ enable_active_active: "0" }), /enable_active_active/],
  ["a disk of its own", plain({ production_type: "disk" }), /production_type/],
  ["another cloud", plain({ placement: "placement_gcs" }), /placement/],
  ["a flag that is none", plain({ redis_use_tls: "perhaps" }), /redis_use_tls is neither/],
  ["a protocol of tomorrow", plain({ tls_vers: "tls_1_4" }), /tls_vers/],
  ["several lines", plain({ tls_ciphers: "a\nb" }), /tls_ciphers.*one line/],
  ["what looks like a secret in a rule", { redis_host: DIGEST }, /redis_host holds what looks like a secret/],
])("is refused by name: %s", (_, more, problem) => {
  expect(mapped(more).problems.join("\n")).toMatch(problem);
});

test("a Redis user name is carried over only where the release reads it", () => {
  const user = plain({ redis_user: "tfe" });
  expect(mapped(user).environment["TFE_REDIS_USER"]).toBe("tfe");
  expect(mapped(user, { readsRedisUser: false }).problems).toEqual([expect.stringMatching(/^redis_user: .*v202503-1/)]);
});

test("a connection string with a password in it goes to the secret", () => {
  expect(mapped({ pg_extra_params: DIGEST }).secrets["pg_extra_params"]).toBe("TFE_DATABASE_PARAMETERS");
});

test("a backup token that a node made up is nobody's; one that its build gave is carried over", () => {
  expect(mapped({ backup_token: DIGEST }).secrets).not.toHaveProperty("backup_token");
  expect(mapped({ backup_token: DIGEST }, {}, { backup_token: DIGEST }).secrets["backup_token"]).toBe(
    "TFE_BACKUP_RESTORE_TOKEN",
  );
});

test("an external Vault is carried over where it is on, and not a trace of it where it is off", () => {
  const vault: Settings = { ...plain({ extern_vault_addr: "https://vault" }), extern_vault_role_id: DIGEST };
  expect(mapped(vault).secrets).not.toHaveProperty("extern_vault_role_id");
  const on = mapped({ ...vault, ...plain({ extern_vault_enable: "1" }) });
  expect(on.environment).toMatchObject({ TFE_VAULT_USE_EXTERNAL: "true", TFE_VAULT_ADDRESS: "https://vault" });
  expect(on.secrets["extern_vault_role_id"]).toBe("TFE_VAULT_ROLE_ID");
});

test("exceptions of the proxy are added to the stack's own; without a proxy they are nothing", () => {
  const more = plain({ extra_no_proxy: "10.0.0.0/8, internal.example.com" });
  expect(mapped(more, { proxied: true }).noProxy).toEqual(["10.0.0.0/8", "internal.example.com"]);
  expect(mapped(more).noProxy).toEqual(["10.0.0.0/8"]);
});
