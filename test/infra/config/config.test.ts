import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CONFIG_KEYS, ConfigError, parseConfig, readStackFile } from "../../../infra/config/index";
import { SETTINGS } from "../../../infra/nodes/replicated/settings";
import { PROJECT } from "../../../infra/contract";
import { rawConfig } from "../../support/stackConfig";

const ROOT = path.join(__dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** What is wrong, each without its namespace. */
function problems(raw: Record<string, string>): readonly string[] {
  try {
    parseConfig(raw);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.replace(/^tfe:/, ""));
  }
}

const CIPHERS = "ECDHE-RSA-AES128-GCM-SHA256:!aNULL:@STRENGTH";

describe("parseConfig", () => {
  it("reads numbers, booleans, lists and maps, and fills in the defaults", () => {
    const raw = rawConfig({
      loadBalancerInternal: "false",
      appConfig: '{"capacity_concurrency":10,"tls_vers":"tls_1_2"}',
    });
    expect(parseConfig(raw)).toMatchObject({
      releaseSequence: 642,
      nodeCount: 2,
      maxNodes: 2,
      instanceType: "m5.xlarge",
      rootVolumeGb: 100,
      nodeSubnetIds: ["subnet-1", "subnet-2"],
      loadBalancerSubnetIds: ["subnet-1", "subnet-2"],
      loadBalancerInternal: false,
      allowedCidrs: [],
      appConfig: { capacity_concurrency: "10", tls_vers: "tls_1_2" },
      healthCheckGracePeriod: 1800,
      deregistrationDelay: 10,
      transport: "ssm",
      backup: "none",
    });
  });

  it("takes an empty value for an absent one and leaves other namespaces alone", () => {
    const config = parseConfig({ ...rawConfig({ activeTemplateVersion: "", nodeCount: "" }), "aws:profile": "x" });
    expect(config.activeTemplateVersion).toBeUndefined();
    expect(config.nodeCount).toBe(2);
  });

  it("names every problem in one error, with the nearest key for a misspelt one", () => {
    const raw = rawConfig({ image: undefined, nodeCount: "three", instnceType: "m5.large", transport: "telnet" });
    expect(() => parseConfig(raw)).toThrow(
      [
        "The stack's configuration is not valid:",
        "  - tfe:instnceType is not a known key (did you mean tfe:instanceType?)",
        "  - tfe:image is required: an image id (ami-…)",
        '  - tfe:nodeCount must be a whole number from 0 to 5, not "three"',
        '  - tfe:transport must be ssm or ssh, not "telnet"',
        "Pulumi.example.yaml explains every key.",
      ].join("\n"),
    );
  });

  it.each([
    ["six nodes", { maxNodes: "6", nodeCount: "1" }, 'maxNodes must be a whole number from 1 to 5, not "6"'],
    ["more nodes than allowed", { nodeCount: "3" }, "nodeCount must not be greater than maxNodes"],
    [
      "no release",
      { releaseSequence: undefined },
      "imageTag (nodes with a container) or releaseSequence (nodes on Replicated) is required",
    ],
    ["$Latest as active version", { activeTemplateVersion: "$Latest" }, "activeTemplateVersion must be a whole number"],
    [
      "half of an airgap",
      { airgapPackageUrl: "s3://b/p" },
      "airgapPackageUrl and airgapInstallerUrl require each other",
    ],
    ["no network", { vpcId: undefined }, "vpcId is required unless"],
    ["no subnets", { nodeSubnetIds: "[]" }, "nodeSubnetIds must name a subnet"],
    ["no certificate", { certificateArn: undefined }, "certificateArn is required unless targetGroupArn is given"],
    ["a snapshot of nothing", { backup: "snapshot" }, "databaseId is required for backup: snapshot"],
    [
      "networks for groups of others",
      { securityGroupIds: '["sg-1"]', allowedCidrs: '["10.0.0.0/8"]' },
      "allowedCidrs has no",
    ],
    ["a network that is none", { allowedCidrs: '["10.0.0.0"]' }, "allowedCidrs must be a list of IPv4 networks"],
    [
      "an installer without TLS",
      { installerUrl: "http://example.com/install" },
      "installerUrl must be a URL (https://…)",
    ],
    ["another URL than a bucket's as run store", { runStore: "gs://runs/tfe" }, "runStore must be a folder or s3://"],
    ["a boolean setting", { appConfig: '{"force_tls":true}' }, "appConfig must be a map from settings to strings"],
    [
      "Active/Active switched off",
      { appConfig: '{"enable_active_active":"0"}' },
      "appConfig.enable_active_active must be",
    ],
    ["a shell in a host name", { hostname: "tfe.example.com;id" }, "hostname must be a host name"],
  ])("refuses %s", (_, change, problem) => {
    expect(problems(rawConfig(change))).toEqual([expect.stringContaining(problem)]);
  });

  const BUILDS = {
    services: "build",
    zones: '["eu-central-1a","eu-central-1b"]',
    vpcId: undefined,
    nodeSubnetIds: undefined,
    settingsSecretArn: undefined,
  };

  it("wants neither network nor settings where the stack builds them, and takes a snapshot of what it built", () => {
    expect(parseConfig(rawConfig({ ...BUILDS, backup: "snapshot" }))).toMatchObject({
      services: "build",
      zones: ["eu-central-1a", "eu-central-1b"],
      networkCidr: "10.0.0.0/16",
      databaseVersion: 14,
      databaseClass: "db.m5.xlarge",
      databaseStorageGb: 100,
      cacheNodeType: "cache.m5.large",
    });
  });

  it.each([
    ["one zone", { zones: '["eu-central-1a"]' }, "zones must name two or three availability zones"],
    ["one zone twice", { zones: '["eu-central-1a","eu-central-1a"]' }, "zones must name two or three"],
    ["no zone", { zones: undefined }, "zones must name two or three availability zones"],
    ["a network that is no /16", { networkCidr: "10.0.0.0/24" }, "networkCidr must be a /16 network"],
    [
      "what is built and given",
      { vpcId: "vpc-1", bucket: "tfe-objects", databaseId: "tfe" },
      "services: build creates its own: remove vpcId, bucket, databaseId",
    ],
  ])("refuses to build with %s", (_, change, problem) => {
    expect(problems(rawConfig({ ...BUILDS, ...change }))).toEqual([expect.stringContaining(problem)]);
  });

  it("wants the settings where nothing is built", () => {
    expect(problems(rawConfig({ settingsSecretArn: undefined }))).toEqual([
      "settingsSecretArn is required without services: build",
    ]);
  });

  it.each([
    ...Object.keys(SETTINGS).filter((key) => SETTINGS[key]?.secret),
    // Names that no table knows and that say what they are.
    "smtp_auth",
    "ldap_bind_pw",
    "hmac_key",
    "apikey",
    "slack_token",
  ])("refuses the secret setting %s without repeating its value", (key) => {
    const found = problems(rawConfig({ appConfig: JSON.stringify({ [key]: "hunter2" }) }));
    expect(found).toEqual([`appConfig must not contain secrets: move ${key} to the settings secret`]);
  });

  it.each([
    ["extern_vault_addr", "https://tfe:hunter2@vault.example.com"],
    ["pg_extra_params", "sslmode=require&password=hunter2"],
    ["some_new_setting", "AKIAHUNTER2HUNTER2XX"],
  ])("refuses a value of %s that is a secret, without repeating it", (key, value) => {
    const found = problems(rawConfig({ appConfig: JSON.stringify({ [key]: value }) }));
    expect(found).toEqual([`appConfig must not contain secrets: move ${key} to the settings secret`]);
  });

  it("takes what is no secret, a setting of a later release too", () => {
    const settings = {
      redis_use_password_auth: "1",
      s3_sse_kms_key_id: "k",
      some_new_setting: "on",
      tls_ciphers: CIPHERS,
    };
    expect(parseConfig(rawConfig({ appConfig: JSON.stringify(settings) })).appConfig).toMatchObject(settings);
  });

  it("refuses a proxy with a password without repeating it", () => {
    const [problem, ...more] = problems(rawConfig({ proxyUrl: "http://user:hunter2@proxy.example.com:3128" }));
    expect(more).toEqual([]);
    expect(problem).toContain("proxyUrl must be a URL");
    expect(problem).not.toContain("hunter2");
  });
});

describe("Pulumi.yaml", () => {
  const declared = z
    .object({ config: z.record(z.string(), z.looseObject({ default: z.unknown().optional() })) })
    .parse(parse(read("Pulumi.yaml"))).config;
  // Without a namespace they are the project's own.
  const schema = z
    .record(z.string(), z.looseObject({ type: z.string(), default: z.unknown().optional() }))
    .parse(Object.fromEntries(Object.entries(declared).filter(([key]) => !key.includes(":"))));
  const defaults = Object.entries(schema).flatMap(([key, { default: given }]) =>
    given === undefined ? [] : [[key, given] as const],
  );

  it("is the project whose namespace the keys have, and runs the stack program", () => {
    expect(parse(read("Pulumi.yaml"))).toMatchObject({
      name: PROJECT,
      main: "infra/index.ts",
      runtime: { name: "nodejs", options: { tsconfig: "../tsconfig.json" } },
    });
  });

  it("has the provider give up a call long before its own 25 attempts", () => {
    expect(declared["aws:maxRetries"]).toEqual({ value: 6 });
  });

  it("declares the keys that parseConfig knows, in the same order", () => {
    expect(Object.keys(schema)).toEqual(CONFIG_KEYS);
  });

  it("demands exactly the keys that parseConfig always demands", () => {
    const demanded = Object.keys(schema).filter((key) => schema[key]?.default === undefined);
    const required = problems({}).flatMap((problem) => /^(\w+) is required:/.exec(problem)?.[1] ?? []);
    expect(demanded).toEqual(required);
  });

  it("has parseConfig's defaults", () => {
    const asRaw = defaults.map(([key, value]): [string, string] => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    expect(parseConfig({ ...rawConfig(Object.fromEntries(asRaw)), ...rawConfig() })).toEqual(parseConfig(rawConfig()));
  });

  it("gives every default the type it declares", () => {
    const typeOf = (value: unknown): string =>
      Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
    expect(defaults.map(([key, value]) => [key, typeOf(value)])).toEqual(
      defaults.map(([key]) => [key, schema[key]?.type]),
    );
  });
});

describe("Pulumi.example.yaml", () => {
  it("is a valid configuration", () => {
    expect(parseConfig(readStackFile(read("Pulumi.example.yaml")))).toMatchObject({
      imageTag: "1.2.2",
      nodeCount: 2,
    });
  });

  it("stays valid, apart from what excludes something else, with every optional key switched on", () => {
    const everything = read("Pulumi.example.yaml").replaceAll(/^ {2}# (tfe:)/gm, "  $1");
    expect(problems(readStackFile(everything))).toEqual([
      expect.stringContaining(
        "imageTag is for nodes with a container, and releaseSequence, appConfig, installerSha256, airgap",
      ),
      expect.stringContaining("zones has no effect without services: build"),
      expect.stringContaining("allowedCidrs has no effect with"),
      expect.stringContaining("imageParameter and imageName both define the newest image"),
    ]);
  });

  it("comments on every key", () => {
    const text = read("Pulumi.example.yaml");
    expect(CONFIG_KEYS.filter((key) => !new RegExp(`^  (# )?tfe:${key}:`, "m").test(text))).toEqual([]);
  });
});

describe("readStackFile", () => {
  it("gives lists and maps as JSON, everything else as text, and leaves encrypted values out", () => {
    const text = [
      "encryptionsalt: v1:abc",
      "config:",
      "  aws:region: eu-central-1",
      "  tfe:nodeCount: 2",
      "  tfe:loadBalancerInternal: true",
      "  tfe:nodeSubnetIds: [subnet-1]",
      "  tfe:appConfig: { capacity_memory: '512' }",
      "  tfe:hostname:",
      "    secure: v1:def",
    ].join("\n");
    expect(readStackFile(text)).toEqual({
      "aws:region": "eu-central-1",
      "tfe:nodeCount": "2",
      "tfe:loadBalancerInternal": "true",
      "tfe:nodeSubnetIds": '["subnet-1"]',
      "tfe:appConfig": '{"capacity_memory":"512"}',
    });
  });

  it.each(["", "config:\n", "encryptionsalt: v1:abc\n"])("reads a file without configuration as none: %j", (text) => {
    expect(readStackFile(text)).toEqual({});
  });
});
