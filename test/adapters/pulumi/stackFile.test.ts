import {
  appConfigIn,
  buildConfigIn,
  rawConfigIn,
  withAppConfig,
  withBuildConfig,
} from "../../../orchestration/adapters/pulumi/stackFile";
import { awsPlaceOf } from "../../../orchestration/adapters/pulumi/stackPlace";
import { RepaveError } from "../../../orchestration/domain/errors";
import { CONTAINER, rawConfig } from "../../support/stackConfig";

const FILE = `# Production.
encryptionsalt: v1:abc=
config:
  aws:region: eu-west-1
  # What runs now.
  tfe:releaseSequence: "610" # v202204-2
  tfe:image: 'ami-0a'
  tfe:nodeCount: 2

  tfe:nodeSubnetIds:
    - subnet-a
    - subnet-b # zone b
  tfe:hostname: tfe.example.org
`;

describe("withBuildConfig", () => {
  it("changes the named values and nothing else: comments, order, quotes and kinds stay", () => {
    const after = withBuildConfig(FILE, { releaseSequence: 642, image: "ami-0b", nodeCount: 0 });
    const expected = FILE.replace('"610"', '"642"')
      .replace("'ami-0a'", "'ami-0b'")
      .replace("nodeCount: 2", "nodeCount: 0");
    expect(after).toBe(expected);
  });

  it("adds a key that is not there as the engine itself would write it", () => {
    expect(withBuildConfig(FILE, { activeTemplateVersion: 7 })).toBe(`${FILE}  tfe:activeTemplateVersion: "7"\n`);
  });

  it("gives the very same text where nothing differs", () => {
    const odd = FILE.replace("    - subnet-a", "    -   subnet-a");
    expect(withBuildConfig(odd, { releaseSequence: 610, nodeCount: 2 })).toBe(odd);
    expect(withBuildConfig(odd, {})).toBe(odd);
  });

  it("keeps lists at the indentation that they have", () => {
    const flat = FILE.replaceAll("    - ", "  - ");
    expect(withBuildConfig(flat, { nodeCount: 1 })).toBe(flat.replace("nodeCount: 2", "nodeCount: 1"));
  });

  it("keeps long values on their line", () => {
    const long = `config:\n  tfe:nodeCount: 2\n  tfe:hostname: ${"long word ".repeat(30)}end\n`;
    expect(withBuildConfig(long, { nodeCount: 1 })).toBe(long.replace("2", "1"));
  });

  it.each(["", "encryptionsalt: x\n"])("makes the block where %j has none", (text) => {
    expect(withBuildConfig(text, { nodeCount: 1 })).toBe(`${text}config:\n  tfe:nodeCount: "1"\n`);
  });

  it("refuses what is no YAML", () => {
    expect(() => withBuildConfig("config: [", { nodeCount: 1 })).toThrow("configuration is not valid");
  });
});

describe("buildConfigIn", () => {
  it("names every problem at once", () => {
    expect(() => buildConfigIn(FILE.replace("nodeCount: 2", "nodeCuont: two"))).toThrow(
      /tfe:nodeCuont is not a known key \(did you mean tfe:nodeCount\?\); .*settingsSecretArn is required/,
    );
  });

  it.each([
    ["what is no YAML", "config: [", /at line 1, column/],
    ["what is no map", "just words", /must be a map/],
    ["what configures no map", "config: [tfe:nodeCount]", /`config` must map keys to values/],
  ])("refuses %s as a configuration, not as a defect of ours", (_, text, words) => {
    expect(() => buildConfigIn(text)).toThrow(
      expect.objectContaining({
        code: "STACK_CONFIG_INVALID",
        detail: expect.stringMatching(words) as string,
      }) as Error,
    );
  });
});

describe("awsPlaceOf", () => {
  it("is the region and the profile that Pulumi's provider follows", () => {
    const text = "config:\n  aws:region: eu-central-1\n  aws:profile: ops\n  tfe:image: ami-a\n";
    expect(awsPlaceOf(rawConfigIn(text))).toEqual({ region: "eu-central-1", profile: "ops" });
  });

  it.each(["aws:assumeRole: {roleArn: arn}", "aws:assumeRoles: [{roleArn: arn}]", "aws:accessKey: AKIA"])(
    "refuses what Pulumi alone would follow: %s",
    (line) => {
      expect(() => awsPlaceOf(rawConfigIn(`config:\n  ${line}\n`))).toThrow(
        /^(?=.*aws:a\w+: only Pulumi would use it)/,
      );
    },
  );
});

/** A valid configuration, without what each test says itself. */
const BASE = `  aws:region: eu-central-1
  tfe:releaseSequence: 642
  tfe:image: ami-0123456789abcdef0
  tfe:hostname: tfe.example.com
  tfe:vpcId: vpc-0123456789abcdef0
  tfe:nodeSubnetIds: [subnet-0aaaaaaaaaaaaaaaa, subnet-0bbbbbbbbbbbbbbbb]
  tfe:certificateArn: arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555
${["settings", "license", "tls-certificate", "tls-key"]
  .map((name) => {
    const key = name.replace(/-(.)/, (_, letter: string) => letter.toUpperCase());
    return `  tfe:${key}SecretArn: arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe/${name}-AbCdEf\n`;
  })
  .join("")}`;

/** Why a file is refused. */
function refusal(text: string): { readonly code: string; readonly detail: string } {
  try {
    const raw = rawConfigIn(text);
    buildConfigIn(text);
    awsPlaceOf(raw, {});
  } catch (thrown) {
    if (thrown instanceof RepaveError) return { code: thrown.code, detail: thrown.detail };
    throw thrown;
  }
  return { code: "none", detail: "" };
}

const without = (key: string): string => BASE.replace(new RegExp(`^  ${key}: .*\\n`, "m"), "");
const SECURE = "\n    secure: v1:AAAAAAAAAAAA:AAAA\n";

describe("what only the engine could read is refused by name", () => {
  it.each([
    [
      "credentials",
      `config:\n  aws:accessKey:${SECURE}  aws:secretKey:${SECURE}${BASE}`,
      "STACK_CONFIG_INVALID",
      /^aws:accessKey, aws:secretKey: only Pulumi would use it/,
    ],
    ["a token", `config:\n  aws:token: x\n${BASE}`, "STACK_CONFIG_INVALID", /^aws:token: only Pulumi/],
    [
      "an endpoint",
      `config:\n  aws:endpoints: [{sts: "http://x"}]\n${BASE}`,
      "STACK_CONFIG_INVALID",
      /^aws:endpoints: only/,
    ],
    [
      "other files",
      `config:\n  aws:sharedConfigFiles: [x]\n${BASE}`,
      "STACK_CONFIG_INVALID",
      /^aws:sharedConfigFiles: /,
    ],
    [
      "a path into a role",
      `config:\n  aws:assumeRoles[0].roleArn: x\n${BASE}`,
      "STACK_CONFIG_INVALID",
      /^aws:assumeRoles\[0\]/,
    ],
    [
      "an image",
      `config:\n${without("tfe:image")}  tfe:image:${SECURE}`,
      "CONFIG_ENCRYPTED",
      /^tfe:image must not be encrypted/,
    ],
    ["a run store", `config:\n${BASE}  tfe:runStore:${SECURE}`, "CONFIG_ENCRYPTED", /^tfe:runStore must not/],
    ["a region", `config:\n${without("aws:region")}  aws:region:${SECURE}`, "CONFIG_ENCRYPTED", /^aws:region must not/],
    [
      "a setting in a map",
      `config:\n${BASE}  tfe:appConfig:\n    a:\n      secure: v1:A:A\n`,
      "CONFIG_ENCRYPTED",
      /^tfe:appConfig must not/,
    ],
    ["nothing but an environment", "environment:\n  - example/production\n", "CONFIG_ENVIRONMENT", /^`environment:`/],
    [
      "credentials of an environment",
      `environment:\n  - example/aws-login\nconfig:\n${BASE}`,
      "CONFIG_ENVIRONMENT",
      /^`environment:`/,
    ],
    [
      "an octal number",
      `config:\n${BASE}  tfe:nodeCount: 02\n`,
      "STACK_CONFIG_INVALID",
      /^tfe:nodeCount: Pulumi reads .* in quotes/,
    ],
    ["an underscore", `config:\n${BASE}  tfe:rootVolumeGb: 1_00\n`, "STACK_CONFIG_INVALID", /^tfe:rootVolumeGb: /],
    [
      "an underscore behind a sign",
      `config:\n${BASE}  tfe:rootVolumeGb: +_100\n`,
      "STACK_CONFIG_INVALID",
      /^tfe:rootVolumeGb: /,
    ],
    ["a day", `config:\n${BASE}  tfe:freeze: [2026-12-20]\n`, "STACK_CONFIG_INVALID", /^tfe:freeze: /],
    [
      "an octal number that a merge key brings in",
      `x-common: &common\n  tfe:nodeCount: 02\nconfig:\n  <<: *common\n${BASE}`,
      "STACK_CONFIG_INVALID",
      /^tfe:nodeCount: Pulumi reads /,
    ],
    [
      "credentials that a merge key brings in",
      `x-common: &common\n  aws:accessKey:${SECURE.replace("    ", "      ")}config:\n  <<: *common\n${BASE}`,
      "STACK_CONFIG_INVALID",
      /^aws:accessKey: only Pulumi would use it/,
    ],
    ["an encrypted profile", `config:\n  aws:profile:${SECURE}${BASE}`, "CONFIG_ENCRYPTED", /^aws:profile must not/],
    [
      "an encrypted item of a list",
      `config:\n  tfe:allowedCidrs:\n    - secure: v1:A:A\n    - 10.0.0.0/8\n${BASE}`,
      "CONFIG_ENCRYPTED",
      /^tfe:allowedCidrs must not/,
    ],
    [
      "an environment that is written in place",
      `environment:\n  values:\n    pulumiConfig: {"tfe:nodeCount": 1}\nconfig:\n${BASE}`,
      "CONFIG_ENVIRONMENT",
      /^`environment:`/,
    ],
    ["an environment by its name alone", `environment: production\nconfig:\n${BASE}`, "CONFIG_ENVIRONMENT", /^`env/],
    ["a number in a map", `config:\n${BASE}  tfe:appConfig: {a: 1.50}\n`, "STACK_CONFIG_INVALID", /^tfe:appConfig: /],
    [
      "a region that is none",
      `config:\n${BASE.replace("eu-central-1", "eu-cental-1")}`,
      "REGION_UNKNOWN",
      /^aws:region is "eu-cental-1"\. Did you mean eu-central-1\?/,
    ],
  ] as const)("%s", (_, text, code, detail) => {
    expect(refusal(text)).toEqual({ code, detail: expect.stringMatching(detail) as string });
  });

  it.each([
    [
      "limits and tags of the provider",
      "  aws:allowedAccountIds: [123456789012]\n  aws:defaultTags: {tags: {a: b}}\n  aws:maxRetries: 3\n",
    ],
    ["an odd number that the stack's own value replaces", "  tfe:nodeCount: 2\n  <<: {tfe:nodeCount: 02}\n"],
    ["secrets of other namespaces", `  other:token:${SECURE}`],
    [
      "spans of days, networks and accounts",
      "  tfe:freeze: [2026-12-20..2027-01-03]\n  tfe:allowedCidrs: [10.0.0.0/8]\n",
    ],
    ["words that other YAML takes for truth values", "  tfe:sshUser: yes\n"],
  ])("and nothing else: %s", (_, lines) => {
    expect(refusal(`config:\n${BASE}${lines}`)).toEqual({ code: "none", detail: "" });
  });

  it("follows merge keys and aliases, as the engine does", () => {
    const common = 'x-common: &common\n  capacity_memory: "1024"\n  tls_vers: tls_1_2\n';
    const settings = `${common}config:\n${BASE}  tfe:appConfig:\n    <<: *common\n    capacity_concurrency: "20"\n`;
    expect(appConfigIn(settings)).toEqual({
      capacity_memory: "1024",
      tls_vers: "tls_1_2",
      capacity_concurrency: "20",
    });
    expect(withAppConfig(settings, { tls_vers: "tls_1_3" })).toContain("    <<: *common\n");
    expect(appConfigIn(withAppConfig(settings, { tls_vers: "tls_1_3" }))).toMatchObject({ tls_vers: "tls_1_3" });
    const several = `x-a: &a\n  aws:region: eu-central-1\nx-b: &b\n  <<: *a\n  aws:region: eu-west-1\n  tfe:nodeCount: 3\n`;
    expect(rawConfigIn(`${several}config:\n  <<: [*a, *b]\n${without("aws:region")}`)).toMatchObject({
      "aws:region": "eu-central-1",
      "tfe:nodeCount": "3",
    });
    const top = `x-common: &common\n  aws:region: eu-central-1\nconfig:\n  <<: *common\n${without("aws:region")}`;
    expect(awsPlaceOf(rawConfigIn(top), {})).toEqual({ region: "eu-central-1" });
    expect(withBuildConfig(top, { nodeCount: 1 })).toBe(`${top}  tfe:nodeCount: "1"\n`);
  });

  it("takes the environment's region, by both of its names, where the stack has none", () => {
    expect(awsPlaceOf({}, { AWS_DEFAULT_REGION: "eu-west-3" })).toEqual({ region: "eu-west-3" });
    expect(awsPlaceOf({}, { AWS_DEFAULT_REGION: "eu-west-3", AWS_REGION: "eu-west-1" })).toEqual({
      region: "eu-west-1",
    });
    expect(() => awsPlaceOf({}, { AWS_REGION: "us-est-1" })).toThrow(
      /AWS_REGION is "us-est-1"\. Did you mean us-east-1\?/,
    );
    expect(awsPlaceOf({ "aws:region": "mars-north-1", "aws:skipRegionValidation": "true" }, {})).toEqual({
      region: "mars-north-1",
    });
  });
});

describe("a stack of containers", () => {
  const DIGEST = `sha256:${"a".repeat(64)}`;
  const STACK = `config:
${Object.entries(rawConfig({ ...CONTAINER, imageDigest: `1.2.2@${DIGEST}`, healthPath: "/_health_check" }))
  .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
  .join("")}`;

  it("has its build in keys of its own", () => {
    expect(buildConfigIn(STACK)).toEqual({
      imageTag: "1.2.2",
      imageDigest: `1.2.2@${DIGEST}`,
      image: "ami-0123456789abcdef0",
      healthPath: "/_health_check",
      nodeCount: 2,
    });
    expect(buildConfigIn(withBuildConfig(STACK, { imageTag: "2.0.0" }))).toMatchObject({ imageTag: "2.0.0" });
  });

  it("keeps settings as variables of its container, and refuses those of the other kind", () => {
    const kept = withAppConfig(STACK, { TFE_CAPACITY_CONCURRENCY: "20" });
    expect(kept).toContain('  tfe:environment:\n    TFE_CAPACITY_CONCURRENCY: "20"\n');
    expect(kept).not.toContain("appConfig");
    expect(appConfigIn(kept)).toEqual({ TFE_CAPACITY_CONCURRENCY: "20" });
    expect(() => withAppConfig(STACK, { capacity_concurrency: "20" })).toThrow("configuration is not valid");
    expect(() => withAppConfig(STACK, { TFE_REDIS_PASSWORD: "hunter2" })).toThrow("configuration is not valid");
  });
});

describe("withAppConfig", () => {
  const VALID = `config:
  aws:region: eu-west-1
  tfe:releaseSequence: "610"
  tfe:image: ami-0a
  tfe:nodeSubnetIds: [subnet-a]
  tfe:vpcId: vpc-a
  tfe:certificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/a
  tfe:hostname: tfe.example.org
${["settings", "license", "tlsCertificate", "tlsKey"]
  .map((name) => `  tfe:${name}SecretArn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-A1b2C3\n`)
  .join("")}`;
  const MAP = `${VALID}  tfe:appConfig:
    # For the auditors.
    tls_vers: tls_1_2
    capacity_concurrency: "10" # as the vendor has it
`;

  it("changes a setting and adds another, and keeps comments and order", () => {
    const after = withAppConfig(MAP, { capacity_concurrency: "20", capacity_memory: "1024" });
    expect(after).toBe(MAP.replace('"10" #', '"20" #') + '    capacity_memory: "1024"\n');
    expect(appConfigIn(after)).toEqual({ tls_vers: "tls_1_2", capacity_concurrency: "20", capacity_memory: "1024" });
  });

  it("makes the map where there is none", () => {
    expect(withAppConfig(VALID, { capacity_concurrency: "20" })).toBe(
      `${VALID}  tfe:appConfig:\n    capacity_concurrency: "20"\n`,
    );
  });

  it("keeps a map that was written as JSON what it is", () => {
    const json = `${VALID}  tfe:appConfig: '{"tls_vers":"tls_1_2"}'\n`;
    const after = withAppConfig(json, { capacity_concurrency: "20" });
    expect(after).toBe(`${VALID}  tfe:appConfig: '{"tls_vers":"tls_1_2","capacity_concurrency":"20"}'\n`);
  });

  it("gives the very same text where nothing differs", () => {
    expect(withAppConfig(MAP, { tls_vers: "tls_1_2" })).toBe(MAP);
  });

  it("writes no configuration that is not valid", () => {
    expect(() => withAppConfig(MAP, { redis_pass: "hunter2" })).toThrow(
      /^The stack's configuration is not valid: tfe:appConfig must not contain secrets: move redis_pass/,
    );
  });
});
