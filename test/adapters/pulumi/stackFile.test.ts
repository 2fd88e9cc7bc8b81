import {
  appConfigIn,
  awsPlaceOf,
  buildConfigIn,
  rawConfigIn,
  withAppConfig,
  withBuildConfig,
} from "../../../orchestration/adapters/pulumi/stackFile";

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
