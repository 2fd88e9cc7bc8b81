import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { DEFAULTS } from "../../../lab/region/defaults";
import { addFaults, checkFaults } from "../../../lab/faults";
import { bench, type Bench } from "./clients";

describe("IAM through the SDK", () => {
  let lab: Bench;
  let iam: IAMClient;
  beforeEach(async () => {
    lab = await bench(0);
    const credentials = { accessKeyId: "lab", secretAccessKey: "lab" };
    iam = new IAMClient({ endpoint: lab.url, region: "eu-west-1", credentials, maxAttempts: 1 });
  });
  afterEach(() => {
    iam.destroy();
    return lab.close();
  });

  const user = `arn:aws:iam::${DEFAULTS.accountId}:user/lab`;
  const decisions = async (ActionNames: string[], ResourceArns?: string[]): Promise<unknown> => {
    const request = { PolicySourceArn: user, ActionNames, ...(ResourceArns && { ResourceArns }) };
    const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand(request));
    return EvaluationResults?.map((each) => [each.EvalActionName, each.EvalResourceName, each.EvalDecision]);
  };

  it("decides on each action and resource: allowed, but for what a fault refuses", async () => {
    addFaults(lab.region.state, checkFaults([{ fault: "access-denied", when: "now", operations: ["PutObject"] }]));
    lab.region.advance(lab.region.state.now + 1);
    expect(await decisions(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/b", "arn:aws:s3:::a/c"])).toEqual([
      ["s3:GetObject", "arn:aws:s3:::a/b", "allowed"],
      ["s3:GetObject", "arn:aws:s3:::a/c", "allowed"],
      ["s3:PutObject", "arn:aws:s3:::a/b", "implicitDeny"],
      ["s3:PutObject", "arn:aws:s3:::a/c", "implicitDeny"],
    ]);
    expect(await decisions(["ec2:DescribeInstances"])).toEqual([["ec2:DescribeInstances", "*", "allowed"]]);
  });

  it("knows no other principal", async () => {
    const stranger = { PolicySourceArn: `${user}-2`, ActionNames: ["s3:GetObject"] };
    await expect(iam.send(new SimulatePrincipalPolicyCommand(stranger))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: "none" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });
});

it("a fault moves the date of every answer", async () => {
  const lab = await bench(0);
  try {
    const dateOf = async (): Promise<number> => Date.parse((await fetch(lab.url)).headers.get("date") ?? "");
    expect(Math.abs((await dateOf()) - Date.now())).toBeLessThan(10_000);
    addFaults(lab.region.state, checkFaults([{ fault: "clock-skewed", seconds: 600 }]));
    lab.region.advance(lab.region.state.now + 1);
    expect((await dateOf()) - Date.now()).toBeGreaterThan(590_000);
  } finally {
    await lab.close();
  }
});
