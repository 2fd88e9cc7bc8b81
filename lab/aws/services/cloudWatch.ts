import type { RegionApi } from "../../region/api";
import { type Alarm, alarmsOf } from "../../region/monitoring/alarms";
import { text, texts, whole } from "../params";
import { date, type Operation, page, type Service } from "../service";

const MOST = 100;

/** Without types only metric alarms are answered (CloudWatch API reference, DescribeAlarms). */
const DescribeAlarms: Operation = (region, params) => {
  const names = texts(params, "AlarmNames");
  const types = texts(params, "AlarmTypes") ?? ["MetricAlarm"];
  const wanted = alarmsOf(region.state).filter(
    ({ name, type }) =>
      (names === undefined || names.includes(name)) &&
      types.includes(type === "metric" ? "MetricAlarm" : "CompositeAlarm"),
  );
  const { items, next } = page(wanted, Math.min(MOST, whole(params, "MaxRecords") ?? 50), text(params, "NextToken"));
  const ofType = (type: Alarm["type"]) => items.filter((each) => each.type === type).map((each) => shown(region, each));
  return {
    MetricAlarms: ofType("metric"),
    CompositeAlarms: ofType("composite"),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};

function shown({ state }: RegionApi, { name, type, state: value, reason }: Alarm) {
  return {
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:${state.region}:${state.accountId}:alarm:${name}`,
    ActionsEnabled: true,
    StateValue: value,
    StateReason: reason,
    StateUpdatedTimestamp: date(state.now),
    ...(type === "composite" ? { AlarmRule: 'ALARM("tfe-unanswered")' } : { Namespace: "AWS/ApplicationELB" }),
  };
}

export const cloudWatch: Service = {
  protocol: "json",
  namespace: "GraniteServiceVersion20100801",
  version: "2010-08-01",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { DescribeAlarms },
};
