/** Settings that are read together, or that no variable has. Pure. Sources: the vendor's pages on both kinds of settings, and on the migration. */
import { isUnset, plainOf, type SettingsSinceBuild, type SettingValue } from "../../domain/settings";
import { carry, type Draft, flagOf, set, type Surroundings } from "./draft";

/** Unset, the application has half a gigabyte for a run on Replicated, and two in a container. */
const MEMORY = "512";

export function applyRules(draft: Draft, { now, built }: SettingsSinceBuild, around: Surroundings): void {
  const value = (key: string): SettingValue | undefined => (isUnset(now[key]) ? undefined : now[key]);
  const text = (key: string): string | undefined => plainOf(value(key));
  const isOn = (key: string): boolean => flagOf(text(key) ?? "0") !== false;
  const problem = (words: string): void => void draft.problems.push(words);

  topology(text, isOn, around.hostname, problem);
  set(draft, "placement", "TFE_OBJECT_STORAGE_TYPE", "s3");
  const host = text("redis_host");
  if (host !== undefined) {
    const port = text("redis_port");
    set(draft, "redis_host", "TFE_REDIS_HOST", port === undefined || /:\d+$/.test(host) ? host : `${host}:${port}`);
  }
  const user = value("redis_user");
  if (user && around.readsRedisUser) carry(draft, "redis_user", "TFE_REDIS_USER", user);
  else if (user)
    problem("redis_user: this release reads no user name of Redis in a container. Upgrade to v202503-1 first");
  if (isOn("redis_use_mtls"))
    problem("redis_use_mtls: certificates for Redis are not carried over, and the build has no place for them");

  set(draft, "capacity_memory", "TFE_CAPACITY_MEMORY", text("capacity_memory") ?? MEMORY);
  const versions = text("tls_vers");
  if (versions === "tls_1_2" || versions === "tls_1_3") set(draft, "tls_vers", "TFE_TLS_VERSION", versions);
  else if (versions !== undefined && versions !== "tls_1_2_tls_1_3") problem(`tls_vers: ${versions} is not known`);

  vault(draft, value, isOn("extern_vault_enable"));
  // Each node makes one up where its build has none: then it is nobody's.
  const token = value("backup_token");
  if (token && !isUnset(built["backup_token"])) carry(draft, "backup_token", "TFE_BACKUP_RESTORE_TOKEN", token);

  runs(draft, text, isOn, problem);
  network(draft, text, isOn, around, problem);
}

type Text = (key: string) => string | undefined;
type Flag = (key: string) => boolean;
type Problem = (words: string) => void;

/** The stack's own builds are of several nodes, on AWS, under the stack's own name. */
function topology(text: Text, isOn: Flag, hostname: string, problem: Problem): void {
  if (!isOn("enable_active_active")) problem("enable_active_active is off: only Active/Active is moved");
  if (text("production_type") !== "external") problem("production_type is not external: only Active/Active is moved");
  if (text("placement") !== "placement_s3")
    problem("placement is not placement_s3: the application must keep its objects in S3");
  const name = text("hostname");
  if (name !== undefined && name !== hostname)
    problem(`hostname is ${name}, and new nodes would be ${hostname}, as tfe:hostname says. Make them the same`);
}

const VAULT: Readonly<Record<string, string>> = {
  extern_vault_addr: "TFE_VAULT_ADDRESS",
  extern_vault_namespace: "TFE_VAULT_NAMESPACE",
  extern_vault_path: "TFE_VAULT_PATH",
  extern_vault_role_id: "TFE_VAULT_ROLE_ID",
  extern_vault_secret_id: "TFE_VAULT_SECRET_ID",
  extern_vault_token_renew: "TFE_VAULT_TOKEN_RENEW",
};

function vault(draft: Draft, value: (key: string) => SettingValue | undefined, isExternal: boolean): void {
  if (!isExternal) return;
  set(draft, "extern_vault_enable", "TFE_VAULT_USE_EXTERNAL", "true");
  for (const [key, to] of Object.entries(VAULT)) {
    const found = value(key);
    if (found) carry(draft, key, to, found);
  }
}

/** What executes Terraform runs. */
function runs(draft: Draft, text: Text, isOn: Flag, problem: Problem): void {
  if (text("run_pipeline_mode") === "legacy")
    problem("run_pipeline_mode is legacy: rebuild the worker image on tfc-agent, and set custom_agent_image_tag");
  if (text("tbw_image") === "custom_image")
    problem(
      "tbw_image is custom_image: the legacy worker image is not carried over. Rebuild it on tfc-agent, and set custom_agent_image_tag",
    );
  if (!isOn("restrict_worker_metadata_access"))
    draft.notes.push("Terraform runs reach the role of their node now, and do not after the move");
}

/** Certificates, proxies, names and logs: what Replicated did by itself. */
function network(draft: Draft, text: Text, isOn: Flag, around: Surroundings, problem: Problem): void {
  if (text("ca_certs") !== undefined && !around.hasAuthorities)
    problem(
      "ca_certs: put the certificates, with the whole chain of the server's own, into a secret and set tfe:caBundleSecretArn",
    );
  const more = (text("extra_no_proxy") ?? "").split(/[\s,]+/).filter((each) => each !== "");
  const missing = more.filter((each) => !draft.noProxy.includes(each));
  if (missing.length > 0 && around.proxied) {
    draft.noProxy.push(...missing);
    draft.notes.push(`extra_no_proxy becomes a part of tfe:noProxy: ${missing.join(", ")}`);
  }
  if (isOn("hairpin_addressing"))
    problem("hairpin_addressing is on: the build of a node with a container cannot do that");
  if (isOn("log_forwarding_enabled"))
    problem(
      "log_forwarding_enabled is on: the build of a node with a container has no place for log_forwarding_config",
    );
}
