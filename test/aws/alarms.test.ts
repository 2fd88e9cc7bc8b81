import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { awsAlarms } from "../../orchestration/adapters/aws/monitoring/alarms";

const place = () => ({
  endpoint: process.env["MOTO_URL"] ?? "",
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

const metric = (AlarmName: string): PutMetricAlarmCommand =>
  new PutMetricAlarmCommand({
    AlarmName,
    MetricName: "HTTPCode_ELB_5XX_Count",
    Namespace: "AWS/ApplicationELB",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  });

// Composite alarms cannot be made in moto over the protocol that the SDK speaks: the lab has one.
it("alarms are read with their states and reasons, in the order of their names", async () => {
  const client = new CloudWatchClient(place());
  const set = (AlarmName: string, StateValue: "OK" | "ALARM"): Promise<unknown> =>
    client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: `it is ${StateValue}` }));
  await client.send(metric("smoke-5xx"));
  await client.send(metric("smoke-age"));
  await set("smoke-5xx", "ALARM");
  await set("smoke-age", "OK");
  client.destroy();
  const given = ["smoke-age", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:smoke-5xx", "smoke-none"];
  const alarms = awsAlarms({ ...place(), given });
  const seen = await alarms.look(["smoke-age", "smoke-5xx", "smoke-none"]);
  alarms.close();
  expect(seen).toMatchObject([
    { name: "smoke-age", state: "ok" },
    { name: "smoke-5xx", state: "alarm", reason: "it is ALARM" },
    { name: "smoke-none", state: undefined },
  ]);
});
