import { AwsError } from "../../region/api";
import { findInstance } from "../../region/find";
import type { Instance, InstanceState } from "../../region/model";
import { flag, required, structure, structures, texts, text, whole } from "../params";
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
  const error = instance.node.error === undefined ? [] : [instance.node.error];
  const output = [...lines, ...printedHostKeys(instance), ...error, ""].join("\r\n");
  return {
    instanceId: instance.id,
    timestamp: date(region.state.now),
    output: Buffer.from(output).toString("base64"),
  };
};

/** As cloud-init prints them through the logger, when the user data has ended. */
function printedHostKeys({ id, hostKey, node }: Instance): readonly string[] {
  const hasBooted = node.history.some(({ phase }) => phase !== "booting" && phase !== "installing");
  if (hostKey === undefined || !hasBooted) return [];
  return ["-----BEGIN SSH HOST KEY KEYS-----", `${hostKey} root@${id}`, "-----END SSH HOST KEY KEYS-----"].map(
    (line) => `<14>ec2: ${line}`,
  );
}

/** One instance from a template, into a subnet of a group. */
const RunInstances: Operation = (region, params) => {
  const template = structure(params, "LaunchTemplate");
  if (whole(params, "MaxCount") !== 1) throw new AwsError("InvalidParameterValue", "The lab launches one at a time.");
  const given = structures(params, "TagSpecification").filter((each) => text(each, "ResourceType") === "instance");
  const tags = given.flatMap((each) => structures(each, "Tag"));
  const dryRun = flag(params, "DryRun");
  const instance = region.runInstance(
    {
      templateId: required(template, "LaunchTemplateId"),
      version: text(template, "Version") ?? "$Default",
      subnetId: required(params, "SubnetId"),
      tags: Object.fromEntries(tags.map((tag) => [required(tag, "Key"), text(tag, "Value") ?? ""])),
      showsTags: text(structure(params, "MetadataOptions"), "InstanceMetadataTags") === "enabled",
      clientToken: text(params, "ClientToken"),
    },
    dryRun,
  );
  if (!instance) throw new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  return {
    reservationId: instance.id.replace(/^i-/, "r-"),
    ownerId: region.state.accountId,
    instancesSet: [instanceAnswer(instance)],
  };
};

export const ec2Instances: Operations = {
  RunInstances,
  DescribeInstances,
  TerminateInstances,
  GetConsoleOutput,
};

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
