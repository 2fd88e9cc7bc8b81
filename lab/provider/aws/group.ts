import { z } from "zod";
import { AwsError, type GroupInput } from "../../region/api";
import type { CheckFailure, Context, Noun } from "../noun";
import type { Props } from "../value";
import { deleteGroup, findGroup, goDuration, waitForCapacity } from "./capacity";
import { asList, nameInputs, NAMED, physicalName, REGIONAL, texts } from "./shared";

const { region: ofRegion } = REGIONAL;

const Template = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  version: z.coerce.string().default("$Default"),
});

const Inputs = z.object({
  ...nameInputs,
  minSize: z.number(),
  maxSize: z.number(),
  desiredCapacity: z.number().optional(),
  launchTemplate: Template,
  vpcZoneIdentifiers: texts,
  targetGroupArns: texts,
  healthCheckType: z.enum(["EC2", "ELB"]).default("EC2"),
  healthCheckGracePeriod: z.number().default(300),
  suspendedProcesses: texts,
  tags: z.array(z.object({ key: z.string(), value: z.string(), propagateAtLaunch: z.boolean() })).default([]),
});

type GroupInputs = z.infer<typeof Inputs>;

function templateId({ id, name }: GroupInputs["launchTemplate"], { region }: Context): string {
  const found = id ?? region.state.launchTemplates.find((template) => template.name === name)?.id;
  if (found !== undefined) return found;
  throw new AwsError("ValidationError", "The specified launch template, with template name, does not exist.");
}

/**
 * What creating sends: a zero counts as nothing given, so that the group begins with its minimum. For the grace period that makes no
 * difference: the service's own default is 0 s.
 */
function initialState(inputs: GroupInputs, context: Context): Omit<GroupInput, "name"> {
  const state = desiredState(inputs, context);
  return { ...state, desired: state.desired === 0 ? state.min : state.desired };
}

/** What AWS takes, as far as it can change later. */
function desiredState(inputs: GroupInputs, context: Context): Omit<GroupInput, "name"> {
  return {
    min: inputs.minSize,
    max: inputs.maxSize,
    desired: inputs.desiredCapacity ?? inputs.minSize,
    launchTemplateId: templateId(inputs.launchTemplate, context),
    launchTemplateVersion: inputs.launchTemplate.version,
    subnetIds: inputs.vpcZoneIdentifiers,
    targetGroupArns: inputs.targetGroupArns,
    healthCheckType: inputs.healthCheckType,
    healthCheckGracePeriod: inputs.healthCheckGracePeriod,
    tags: inputs.tags,
  };
}

/** Which inputs an update carries to AWS, and as what: those that did not change are not sent. */
const SENT: Readonly<Record<string, readonly (keyof Omit<GroupInput, "name">)[]>> = {
  minSize: ["min"],
  maxSize: ["max"],
  desiredCapacity: ["desired"],
  launchTemplate: ["launchTemplateId", "launchTemplateVersion"],
  vpcZoneIdentifiers: ["subnetIds"],
  targetGroupArns: ["targetGroupArns"],
  healthCheckType: ["healthCheckType"],
  healthCheckGracePeriod: ["healthCheckGracePeriod"],
  tags: ["tags"],
};

/** Suspends what is newly declared and resumes what the state has but the program no longer declares. */
function moveProcesses(name: string, olds: Props, news: Props, { region }: Context): void {
  const was = texts.parse(olds["suspendedProcesses"]);
  const wanted = texts.parse(news["suspendedProcesses"]);
  const resumed = was.filter((process) => !wanted.includes(process));
  const suspended = wanted.filter((process) => !was.includes(process));
  // No names at all would mean every process.
  if (resumed.length > 0) region.resumeProcesses(name, resumed);
  if (suspended.length > 0) region.suspendProcesses(name, suspended);
}

function problems(inputs: Props): CheckFailure[] {
  const wait = inputs["waitForCapacityTimeout"];
  return [
    ...(typeof wait === "string" && goDuration(wait) === undefined
      ? [
          {
            property: "waitForCapacityTimeout",
            reason: `"waitForCapacityTimeout" cannot be parsed as a duration: ${wait}`,
          },
        ]
      : []),
    ...(inputs["protectFromScaleIn"] === true
      ? [{ property: "protectFromScaleIn", reason: "the lab does not simulate scale-in protection" }]
      : []),
    ...(inputs["launchTemplate"] === undefined
      ? [{ property: "launchTemplate", reason: "the lab simulates groups with a launch template only" }]
      : []),
  ];
}

export const group: Noun = {
  fields: {
    ...NAMED,
    region: { ...ofRegion },
    minSize: { required: true },
    maxSize: { required: true },
    desiredCapacity: { computed: true },
    launchTemplate: { completes: ["id", "name", "version"] },
    vpcZoneIdentifiers: { computed: true, set: true },
    availabilityZones: { computed: true, set: true },
    targetGroupArns: { computed: true, set: true },
    healthCheckType: { computed: true },
    healthCheckGracePeriod: { fallback: 300 },
    suspendedProcesses: { set: true },
    tags: { set: true },
    forceDelete: { fallback: false },
    waitForCapacityTimeout: { fallback: "10m" },
    ignoreFailedScalingActivities: { fallback: false },
    protectFromScaleIn: { fallback: false },
    metricsGranularity: { fallback: "1Minute" },
    enabledMetrics: { set: true },
    terminationPolicies: {},
    defaultCooldown: { computed: true },
    defaultInstanceWarmup: {},
    serviceLinkedRoleArn: { computed: true },
  },
  outputs: ["arn"],
  autoName: { max: 255, taken: (name, context) => findGroup(context, name) !== undefined },
  check: problems,

  create(inputs, context) {
    const given = Inputs.parse(inputs);
    const { name } = context.region.createGroup({
      name: physicalName(given, context),
      ...initialState(given, context),
    });
    return { id: name };
  },

  async settle(name, inputs, context) {
    await waitForCapacity(name, inputs, "create", context);
    moveProcesses(name, {}, inputs, context);
  },

  async update(name, { olds, news, changed }, context) {
    const wanted = desiredState(Inputs.parse(news), context);
    const sent = [...changed].flatMap((input) => SENT[input] ?? []);
    if (sent.length > 0) {
      context.region.updateGroup(name, Object.fromEntries(sent.map((key) => [key, wanted[key]])));
    }
    if (changed.has("minSize") || changed.has("desiredCapacity")) await waitForCapacity(name, news, "update", context);
    if (changed.has("suspendedProcesses")) moveProcesses(name, olds, news, context);
    return undefined;
  },

  observe(name, _known, context) {
    const found = findGroup(context, name);
    if (!found) return undefined;
    const { state } = context.region;
    const template = state.launchTemplates.find((each) => each.id === found.launchTemplateId);
    return {
      id: name,
      name,
      arn: found.arn,
      region: state.region,
      minSize: found.min,
      maxSize: found.max,
      desiredCapacity: found.desired,
      launchTemplate: {
        id: found.launchTemplateId,
        name: template?.name ?? null,
        version: found.launchTemplateVersion,
      },
      vpcZoneIdentifiers: asList(found.subnetIds),
      availabilityZones: asList(found.zones),
      targetGroupArns: asList(found.targetGroupArns),
      healthCheckType: found.healthCheckType,
      healthCheckGracePeriod: found.healthCheckGracePeriod,
      suspendedProcesses: found.suspended.map(({ process }) => process),
      tags: found.tags.map((tag) => ({ ...tag })),
    };
  },

  delete: (name, olds, context) => deleteGroup(name, olds["forceDelete"] === true, context),
};
