import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { awsError, awsErrorName, findInAws } from "../../../orchestration/adapters/aws/errors";
import { RepaveError } from "../../../orchestration/domain/errors";
import { wire } from "../wire";

/** An error as the SDK throws it. */
const thrown = (name: string, httpStatusCode?: number, message = "words") =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe("awsError", () => {
  it.each([
    ["ExpiredToken", 400, "CREDENTIALS_INVALID"],
    ["ExpiredTokenException", 400, "CREDENTIALS_INVALID"],
    ["RequestExpired", 400, "CREDENTIALS_INVALID"],
    ["InvalidClientTokenId", 403, "CREDENTIALS_INVALID"],
    ["AuthFailure", 401, "CREDENTIALS_INVALID"],
    ["CredentialsProviderError", undefined, "CREDENTIALS_INVALID"],
    ["Throttling", 400, "AWS_CALL_FAILED"],
    ["RequestLimitExceeded", 503, "AWS_CALL_FAILED"],
    ["InternalFailure", 500, "AWS_CALL_FAILED"],
    ["TimeoutError", undefined, "AWS_CALL_FAILED"],
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
      expect(awsError("Call", error).code).toBe("CREDENTIALS_INVALID");
      expect(asked).toBe(1);
    } finally {
      client.destroy();
      await stub.close();
    }
  });
});
