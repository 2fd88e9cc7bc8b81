import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { encodeUserData, USER_DATA_LIMIT } from "../../../../infra/nodes/boot";
import { renderUserData } from "../../../../infra/nodes/fdo/userData";
import { fdoArgs } from "../../../support/fdoBoot";

/** What stands between the delimiters, as anybody who reads a node's user data would find it. */
function heredoc(script: string, delimiter: string): unknown {
  const found = [...script.matchAll(new RegExp(`<<'${delimiter}'\n(.*?)\n${delimiter}\n`, "gs"))];
  expect(found).toHaveLength(1);
  return JSON.parse(found[0]?.[1] ?? "");
}

describe("renderUserData", () => {
  it("names the image by its tag, and by its digest once that is known", () => {
    expect(renderUserData(fdoArgs())).toContain(
      "IMAGE='images.releases.hashicorp.com/hashicorp/terraform-enterprise:1.2.2'",
    );
    const imageDigest = `sha256:${"a".repeat(64)}`;
    expect(heredoc(renderUserData(fdoArgs({ imageDigest })), "CONTAINERS")).toMatchObject({
      services: { tfe: { image: `images.releases.hashicorp.com/hashicorp/terraform-enterprise@${imageDigest}` } },
    });
  });

  it("sets what makes a node one of several, whatever the stack says", () => {
    expect(heredoc(renderUserData(fdoArgs({ hostname: "tfe.example.com:8443" })), "ENVIRONMENT")).toMatchObject({
      TFE_OPERATIONAL_MODE: "active-active",
      TFE_HOSTNAME: "tfe.example.com",
      TFE_RUN_PIPELINE_DRIVER: "docker",
    });
  });

  it("keeps runs in a network of their own, unless the stack names one", () => {
    const named = fdoArgs({ environment: { TFE_RUN_PIPELINE_DOCKER_NETWORK: "ours" } });
    expect(heredoc(renderUserData(fdoArgs()), "ENVIRONMENT")).toMatchObject({
      TFE_RUN_PIPELINE_DOCKER_NETWORK: "tfe-runs",
    });
    expect(heredoc(renderUserData(named), "ENVIRONMENT")).toMatchObject({ TFE_RUN_PIPELINE_DOCKER_NETWORK: "ours" });
    expect(renderUserData(named)).toContain("RUNS_NETWORK='ours'");
  });

  it("publishes the ports of metrics where they are switched on", () => {
    const environment = { TFE_METRICS_ENABLE: "true", TFE_METRICS_HTTP_PORT: "9100" };
    const ports = (args: Parameters<typeof fdoArgs>[0]): unknown =>
      (heredoc(renderUserData(fdoArgs(args)), "CONTAINERS") as { services: { tfe: { ports: unknown } } }).services.tfe
        .ports;
    expect(ports({})).toEqual(["80:80", "443:443", "8201:8201", "127.0.0.1:8443:8443"]);
    expect(ports({ environment })).toContain("9100:9100");
    expect(ports({ environment })).toContain("9091:9091");
  });

  it.each([
    ["images.releases.hashicorp.com/hashicorp/terraform-enterprise", "licence", ""],
    ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/tfe", "role", "eu-central-1"],
    ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/tfe", "role", "cn-north-1"],
    ["registry.example.com:5000/tfe", "none", ""],
  ])("logs in to %s by its %s", (imageRepository, login, region) => {
    const script = renderUserData(fdoArgs({ imageRepository }));
    expect(script).toContain(`REGISTRY_LOGIN='${login}'`);
    expect(script).toContain(`REGISTRY_REGION='${region}'`);
  });

  it("is a script, and carries every value as it is, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        fc.pre(!value.includes("\0"));
        const script = renderUserData(fdoArgs({ environment: { TFE_DATABASE_PARAMETERS: value } }));
        expect(heredoc(script, "ENVIRONMENT")).toMatchObject({ TFE_DATABASE_PARAMETERS: value });
      }),
    );
    for (const containerRuntime of ["docker", "podman"] as const) {
      expect(spawnSync("bash", ["-n"], { input: renderUserData(fdoArgs({ containerRuntime })) }).status).toBe(0);
    }
  });

  it("leaves room for settings", () => {
    expect(Buffer.from(encodeUserData(renderUserData(fdoArgs())), "base64").length).toBeLessThan(USER_DATA_LIMIT / 2);
  });
});
