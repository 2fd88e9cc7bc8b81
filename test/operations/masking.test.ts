import { SECRET_SETTINGS } from "../../infra/nodes/replicated/settings";
import { SETTINGS } from "../../orchestration/dialects/replicated/settings";
import { isSecret, masked } from "../../orchestration/operations/masking";

it.each([
  ...SECRET_SETTINGS,
  "redis_password",
  "smtp_pass",
  "slack_token",
  "saml_private_key",
  "log_forwarding_config",
])("%s is a secret by its name", (key) => {
  expect(masked(SETTINGS, key, "hunter2")).toBe("(secret)");
});

it.each(["capacity_concurrency", "redis_use_password_auth", "s3_sse_kms_key_id", "pg_user", "tls_ciphers", "ca_certs"])(
  "%s is none",
  (key) => {
    expect(masked(SETTINGS, key, "1")).toBe("1");
  },
);

it("a value may say that it is one", () => {
  expect(isSecret(SETTINGS, "any", "-----BEGIN RSA PRIVATE KEY-----\nx")).toBe(true);
  expect(isSecret(SETTINGS, "any", "postgres://tfe:hunter2@db/tfe")).toBe(true);
  expect(isSecret(SETTINGS, "any", "https://proxy.example:3128")).toBe(false);
});

it("that a secret is not set is no secret", () => {
  expect(masked(SETTINGS, "redis_pass", undefined)).toBeUndefined();
  expect(masked(SETTINGS, "redis_pass", "")).toBe("");
});
