import { findInstance } from "../../region/find";
import type { Instance, InstanceState } from "../../region/model";
import { required, texts, text, whole } from "../params";
import { date, page, type Answer, type Operation, type Operations } from "../service";
import { matching, tagSet, tagValues } from "./ec2Filters";

/** Low byte of the state code (EC2 API reference, InstanceState). */
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const DescribeInstances: Operation = (region, params) => {
  const asked = texts(params, "InstanceId")?.map((id) => findInstance(region.state, id)) ?? region.state.instances;
  const found = matching(asked, params, filterValues);
  const { items, next } = page(found, whole(params, "MaxResults"), text(params, "NextToken"));
  return {
    reservationSet: items.map((instance) => ({
      reservationId: instance.id.replace(/^i-/, "r-"),
      ownerId: region.state.accountId,
      groupSet: [],
      instancesSet: [instanceAnswer(instance)],
    })),
    nextToken: next,
  };
};

const TerminateInstances: Operation = (region, params) => {
  const ids = texts(params, "InstanceId") ?? [];
  const before = new Map(ids.map((id) => [id, findInstance(region.state, id).state]));
  return {
    instancesSet: region.terminateInstances(ids).map(({ id, state }) => ({
      instanceId: id,
      currentState: stateAnswer(state),
      previousState: stateAnswer(before.get(id) ?? state),
    })),
  };
};

const GetConsoleOutput: Operation = (region, params) => {
  const instance = findInstance(region.state, required(params, "InstanceId"));
  const lines = instance.node.history.map(
    ({ phase, at }) => `[${((at - instance.launchedAt) / 1000).toFixed(1).padStart(8)}] node: ${phase}`,
  );
  const output = [...lines, ...(instance.node.error === undefined ? [] : [instance.node.error]), ""].join("\r\n");
  return {
    instanceId: instance.id,
    timestamp: date(region.state.now),
    output: Buffer.from(output).toString("base64"),
  };
};

export const ec2Instances: Operations = { DescribeInstances, TerminateInstances, GetConsoleOutput };

const filterValues = (instance: Instance, name: string): readonly string[] | undefined =>
  tagValues(instance.tags, name) ?? PLAIN_FILTERS[name]?.(instance);

const PLAIN_FILTERS: Readonly<Record<string, (instance: Instance) => readonly string[]>> = {
  "instance-id": ({ id }) => [id],
  "instance-state-name": ({ state }) => [state],
  "instance-state-code": ({ state }) => [String(STATE_CODES[state])],
  "image-id": ({ imageId }) => [imageId],
  "private-ip-address": ({ privateIp }) => [privateIp],
  "subnet-id": ({ subnetId }) => [subnetId],
  "availability-zone": ({ zone }) => [zone],
};

const stateAnswer = (name: InstanceState): Answer => ({ code: STATE_CODES[name], name });

function instanceAnswer(instance: Instance): Answer {
  const gone = instance.state === "terminated";
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: stateAnswer(instance.state),
    // A terminated instance has given its address back.
    ...(gone ? {} : { privateIpAddress: instance.privateIp, subnetId: instance.subnetId }),
    instanceType: instance.instanceType,
    launchTime: date(instance.launchedAt),
    placement: { availabilityZone: instance.zone, tenancy: "default" },
    architecture: "x86_64",
    rootDeviceType: "ebs",
    monitoring: { state: "disabled" },
    blockDeviceMapping: [],
    tagSet: tagSet(instance.tags),
    stateTransitionReason:
      instance.terminatedAt === undefined
        ? undefined
        : `User initiated (${new Date(instance.terminatedAt).toISOString()})`,
  };
}
