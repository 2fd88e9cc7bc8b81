import { unfitForEnvironment, VARIABLES } from "../../../../infra/nodes/fdo/environment";
import { isSecretSetting } from "../../../../infra/nodes/settingTable";

describe("variables in the stack's configuration", () => {
  it.each([
    ["TFE_CAPACITY_CONCURRENCY", "20"],
    ["TFE_DATABASE_PARAMETERS", "sslmode=require"],
    ["TFE_RUN_PIPELINE_DOCKER_NETWORK", "ours"],
  ])("takes %s", (name, value) => {
    expect(unfitForEnvironment(name, value)).toBeUndefined();
  });

  it.each([
    ["TFE_HOSTNAME", "tfe.example.com", "is set by the build"],
    ["TFE_LICENSE_PATH", "/x", "is set by the build"],
    ["TFE_VAULT_CLUSTER_ADDRESS", "https://10.0.0.5:8201", "differs from node to node"],
    ["TFE_ENCRYPTION_PASSWORD", "x", "may be a secret"],
    ["TFE_DATABASE_PARAMETERS", "sslmode=require password=hunter2", "may be a secret"],
    ["TFE_WHATEVER_COMES", "x", "may be a secret"],
    ["toString", "x", "may be a secret"],
    ["TFE_TLS_CIPHERS", "a\nb", "must be one line"],
  ])("refuses %s=%j", (name, value, why) => {
    expect(unfitForEnvironment(name, value)).toContain(why);
  });
});

describe("what is a secret", () => {
  it("is what the vendor's page says, and whatever is not known", () => {
    const secrets = ["TFE_LICENSE", "TFE_ENCRYPTION_PASSWORD", "TFE_REDIS_PASSWORD", "TFE_VAULT_SECRET_ID", "TFE_NEW"];
    expect(secrets.filter((name) => !isSecretSetting(VARIABLES, name, "x"))).toEqual([]);
    expect(isSecretSetting(VARIABLES, "TFE_DATABASE_HOST", "db.example.com:5432")).toBe(false);
  });
});
