import { parseConfig } from "../../infra/config/index";
import { systemClock } from "../../orchestration/adapters/machine/clock";
import { nodeSide } from "../../orchestration/wiring/target";
import { rawConfig } from "../support/stackConfig";

const FACTS = { groupName: "tfe", targetGroupArn: "arn", launchTemplateId: "lt-1", transport: "ssm" } as const;

test("AWS is asked in the stack's region, whatever the environment of the operator names", async () => {
  const before = process.env["AWS_REGION"];
  process.env["AWS_REGION"] = "us-east-1";
  try {
    const { clients } = nodeSide(FACTS, parseConfig(rawConfig({})), systemClock(), { region: "eu-central-1" }, "x");
    const { autoScaling, ec2, elb, rds, s3, secrets, ssm, sts } = clients;
    const each = [autoScaling, ec2, elb, rds, s3, secrets, ssm, sts];
    const regions = await Promise.all(each.map(async (client) => client.config.region()));
    expect(regions).toEqual(each.map(() => "eu-central-1"));
    clients.destroy();
  } finally {
    if (before === undefined) delete process.env["AWS_REGION"];
    else process.env["AWS_REGION"] = before;
  }
});
