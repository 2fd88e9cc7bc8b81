import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsOptions, awsClients } from "../../../orchestration/adapters/aws/clients";
import { awsError, awsErrorName, callAws, findInAws } from "../../../orchestration/adapters/aws/errors";
import { RepaveError } from "../../../orchestration/domain/errors";
import { wire } from "../wire";

/** An error as the SDK throws it. */
const thrown = (name: string, httpStatusCode?: number, message = "words") =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe("awsError", () => {
  it.each([
    ["ExpiredToken", 400, "CREDENTIALS_EXPIRED"],
    ["ExpiredTokenException", 400, "CREDENTIALS_EXPIRED"],
    ["RequestExpired", 400, "CREDENTIALS_EXPIRED"],
    ["InvalidClientTokenId", 403, "CREDENTIALS_INVALID"],
    ["AuthFailure", 401, "CREDENTIALS_INVALID"],
    ["SignatureDoesNotMatch", 403, "CREDENTIALS_INVALID"],
    ["CredentialsProviderError", undefined, "CREDENTIALS_MISSING"],
    ["Throttling", 400, "AWS_CALL_FAILED"],
    ["RequestLimitExceeded", 503, "AWS_CALL_FAILED"],
    ["InternalFailure", 500, "AWS_CALL_FAILED"],
    ["ServiceUnavailable", 503, "AWS_CALL_FAILED"],
    ["NotImplemented", 501, "AWS_CALL_FAILED"],
    ["SlowDown", 200, "AWS_CALL_FAILED"],
    ["TooManyRequests", 429, "AWS_CALL_FAILED"],
    ["TimeoutError", undefined, "AWS_UNREACHABLE"],
    ["AccessDenied", 403, "AWS_REFUSED"],
    ["ValidationError", 400, "AWS_REFUSED"],
  ] as const)("%s (%s) is %s", (name, status, code) => {
    expect(awsError("DescribeThings", thrown(name, status))).toMatchObject({
      code,
      detail: `DescribeThings: ${name}: words`,
    });
  });

  it("says of a region that nobody named where to name it", () => {
    expect(awsError("DescribeThings", new Error("Region is missing"))).toMatchObject({
      code: "STACK_CONFIG_INVALID",
      detail: "neither the stack (aws:region) nor the environment sets a region",
    });
  });

  it("leaves out the encoded text of a denial, and stays short", () => {
    const message = `You are not authorized.\n Encoded authorization failure message: ${"Zx0".repeat(300)}`;
    expect(awsError("RunThings", thrown("UnauthorizedOperation", 403, message)).detail).toBe(
      "RunThings: UnauthorizedOperation: You are not authorized.",
    );
    expect(awsError("RunThings", thrown("X", 400, "y".repeat(9_999))).detail.length).toBeLessThan(500);
  });

  it("passes on what is the product's own already", () => {
    const own = new RepaveError("LEASE_LOST", "x");
    expect(awsError("A", own)).toBe(own);
  });

  it.each([undefined, null, "text", 7])("has words for %p as well", (value) => {
    expect(awsError("A", value).detail).toBe(`A: ${String(value)}`);
    expect(awsErrorName(value)).toBe("");
  });
});

describe("findInAws", () => {
  it("answers undefined for the named errors only", async () => {
    const failing = (name: string) => () => Promise.reject<string>(thrown(name, 400));
    await expect(findInAws("A", ["NotThere"], failing("NotThere"))).resolves.toBeUndefined();
    await expect(findInAws("A", ["NotThere"], failing("Other"))).rejects.toMatchObject({ code: "AWS_REFUSED" });
  });
});

describe("expired credentials on the wire", () => {
  const query =
    "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>m</Message></Error></ErrorResponse>";
  const ec2 = "<Response><Errors><Error><Code>RequestExpired</Code><Message>m</Message></Error></Errors></Response>";
  const json = JSON.stringify({ __type: "ExpiredTokenException", message: "m" });

  it.each([
    ["Auto Scaling", query, AutoScalingClient, new DescribeAutoScalingGroupsCommand({})],
    ["EC2", ec2, EC2Client, new DescribeInstancesCommand({})],
    ["SSM", json, SSMClient, new GetParameterCommand({ Name: "x" })],
  ] as const)("are recognised from %s, without another attempt", async (_name, body, Client, command) => {
    let asked = 0;
    const stub = await wire(() => {
      asked += 1;
      return { status: 400, body };
    });
    const client = new Client(stub.config) as unknown as { send(command: unknown): Promise<unknown>; destroy(): void };
    try {
      const error: unknown = await client.send(command).catch((reason: unknown) => reason);
      expect(awsError("Call", error).code).toBe("CREDENTIALS_EXPIRED");
      expect(asked).toBe(1);
    } finally {
      client.destroy();
      await stub.close();
    }
  });
});

describe("what the operator is told of the place", () => {
  let home: string;
  const before = { ...process.env };
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "aws-home-"));
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, { HOME: home, AWS_EC2_METADATA_DISABLED: "true" });
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
    await rm(home, { recursive: true, force: true });
  });

  /** What a call comes to, with a client as this product makes them. */
  async function failing(options: AwsOptions): Promise<RepaveError> {
    const clients = awsClients({ region: "eu-central-1", ...options });
    try {
      return await callAws("DescribeInstances", () => clients.ec2.send(new DescribeInstancesCommand({}))).then(
        () => new RepaveError("INTERNAL", "it worked"),
        (thrown: unknown) => thrown as RepaveError,
      );
    } finally {
      clients.destroy();
    }
  }

  it("names where no credentials were found: variables, profile, files, region", async () => {
    expect(await failing({})).toMatchObject({
      code: "CREDENTIALS_MISSING",
      detail:
        `DescribeInstances: AWS_ACCESS_KEY_ID is not set; profile default (the default one) of ` +
        `${home}/.aws/config and ${home}/.aws/credentials, neither of which exists; region eu-central-1`,
    });
  });

  it("names a profile that is in no file, where it was named, and those that are there", async () => {
    await mkdir(join(home, ".aws"));
    await writeFile(
      join(home, ".aws/config"),
      "[profile ops]\nregion = eu-west-1\n[profile audit]\nregion = eu-west-1\n",
    );
    process.env["AWS_PROFILE"] = "opps";
    expect((await failing({})).detail).toMatch(
      /profile opps \(AWS_PROFILE\) of .*, where the profiles are audit, ops;/,
    );
    expect((await failing({ profile: "prod" })).detail).toMatch(/profile prod \(aws:profile\) of /);
  });

  it("takes a session that has to be renewed for what it is", async () => {
    await mkdir(join(home, ".aws"));
    const sso = "sso_session = x\nsso_account_id = 123456789012\nsso_role_name = ops\n";
    const session = "[sso-session x]\nsso_region = eu-west-1\nsso_start_url = https://x.example.com\n";
    await writeFile(join(home, ".aws/config"), `[profile ops]\n${sso}${session}`);
    expect(await failing({ profile: "ops" })).toMatchObject({
      code: "CREDENTIALS_EXPIRED",
      detail: expect.stringMatching(/aws sso login.*profile ops \(aws:profile\).*region eu-central-1/) as string,
    });
  });

  it("takes an answer of AWS for what it says, with the keys and the region that were used", async () => {
    const answer = "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors></Response>";
    const stub = await wire(() => ({ status: 401, body: answer }));
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" });
    try {
      expect(await failing({ endpoint: stub.config.endpoint })).toMatchObject({
        code: "CREDENTIALS_INVALID",
        detail: expect.stringMatching(/with the keys in AWS_ACCESS_KEY_ID .*; region eu-central-1/) as string,
      });
    } finally {
      await stub.close();
    }
  });

  it("says of a closed port and of a name without an address that AWS was not reached", async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" });
    const closed = await failing({ endpoint: "http://127.0.0.1:1" });
    expect(closed).toMatchObject({ code: "AWS_UNREACHABLE" });
    expect(closed.detail).toMatch(/ECONNREFUSED 127\.0\.0\.1:1/);
    expect(await failing({ endpoint: "http://ec2.invalid" })).toMatchObject({
      code: "AWS_UNREACHABLE",
      detail: expect.stringMatching(/ENOTFOUND ec2\.invalid|EAI_AGAIN/) as string,
    });
  }, 60_000);
});
