import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { alarmName } from "../../../domain/proof/alarm";
import type { Alarms, AlarmSeen } from "../../../ports/account/alarms";
import { rememberPlace } from "../asked";
import { type AwsOptions, clientConfig } from "../clients";
import { callAws } from "../errors";

export interface AlarmsOptions extends AwsOptions {
  /** Names or ARNs as they are configured: an ARN says in which region the alarm is. */
  readonly given: readonly string[];
}

/** Most names that DescribeAlarms takes (CloudWatch API reference). */
const MOST = 100;

const STATES: Readonly<Record<string, AlarmSeen["state"]>> = { OK: "ok", ALARM: "alarm", INSUFFICIENT_DATA: "no data" };

/** Alarms of CloudWatch, metric and composite, each in its own region. Errors as of `callAws`. Its connections must be closed. */
export function awsAlarms({ given, ...options }: AlarmsOptions): Alarms & { close(): void } {
  const clients = new Map<string, CloudWatchClient>();
  const regions = new Map(
    given.map((each) => [alarmName(each), /^arn:[^:]+:cloudwatch:([^:]+):/.exec(each)?.[1] ?? ""]),
  );

  function clientOf(region: string): CloudWatchClient {
    const known = clients.get(region);
    if (known) return known;
    const made = new CloudWatchClient(clientConfig(region === "" ? options : { ...options, region }));
    rememberPlace(made, options);
    clients.set(region, made);
    return made;
  }

  async function inRegion(region: string, names: readonly string[]): Promise<readonly AlarmSeen[]> {
    const seen: AlarmSeen[] = [];
    for (let at = 0; at < names.length; at += MOST) {
      const command = new DescribeAlarmsCommand({
        AlarmNames: names.slice(at, at + MOST),
        // Without the types only metric alarms are answered.
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        MaxRecords: MOST,
      });
      const { MetricAlarms = [], CompositeAlarms = [] } = await callAws("DescribeAlarms", () =>
        clientOf(region).send(command),
      );
      for (const { AlarmName: name = "", StateValue: state = "", StateReason: reason = "" } of [
        ...MetricAlarms,
        ...CompositeAlarms,
      ])
        seen.push({ name, state: STATES[state], reason });
    }
    return seen;
  }

  return {
    async look(names) {
      const asked = [...new Set(names.map((name) => regions.get(name) ?? ""))];
      const seen = await Promise.all(
        asked.map((region) =>
          inRegion(
            region,
            names.filter((name) => (regions.get(name) ?? "") === region),
          ),
        ),
      );
      const byName = new Map(seen.flat().map((alarm) => [alarm.name, alarm]));
      return names.map((name) => byName.get(name) ?? { name, state: undefined, reason: "" });
    },
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}
