import { z } from "zod";
import type { TargetGroup } from "../../region/model";
import type { Context, Noun } from "../noun";
import { nameInputs, NAMED, physicalName, REGIONAL, reportTags, tagMap } from "./shared";

const HealthCheck = z.object({
  path: z.string().optional(),
  protocol: z.string().optional(),
  port: z.string().optional(),
  interval: z.number().optional(),
  timeout: z.number().optional(),
  healthyThreshold: z.number().optional(),
  unhealthyThreshold: z.number().optional(),
  matcher: z.string().optional(),
});

const Inputs = z.object({
  ...nameInputs,
  port: z.number(),
  protocol: z.string(),
  vpcId: z.string(),
  healthCheck: HealthCheck.default({}),
  deregistrationDelay: z.coerce.number().default(300),
  tags: tagMap,
});

/** The provider's health check in the API's words; what it leaves out stays AWS's own default. */
function toApi({ interval, timeout, ...rest }: z.infer<typeof HealthCheck>): Partial<TargetGroup["healthCheck"]> {
  const given = Object.entries({ ...rest, intervalSeconds: interval, timeoutSeconds: timeout });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

const find = ({ region }: Context, arn: string): TargetGroup | undefined =>
  region.state.targetGroups.find((targetGroup) => targetGroup.arn === arn);

export const targetGroup: Noun = {
  fields: {
    ...NAMED,
    ...REGIONAL,
    port: { required: true, replaces: true },
    protocol: { required: true, replaces: true },
    vpcId: { required: true, replaces: true },
    targetType: { fallback: "instance", replaces: true },
    protocolVersion: { computed: true, replaces: true },
    healthCheck: {
      computed: true,
      completes: [...Object.keys(HealthCheck.shape), "enabled"],
    },
    deregistrationDelay: { fallback: 300 },
    stickiness: { computed: true },
    slowStart: { fallback: 0 },
    loadBalancingAlgorithmType: { computed: true },
    ipAddressType: { computed: true, replaces: true },
  },
  outputs: ["arn", "arnSuffix", "loadBalancerArns"],
  autoName: { max: 32, taken: (name, { region }) => region.state.targetGroups.some((each) => each.name === name) },

  check: ({ targetType }) =>
    targetType === "instance" ? [] : [{ property: "targetType", reason: "the lab simulates instance targets only" }],

  create(inputs, context) {
    const { healthCheck, namePrefix, name, ...given } = Inputs.parse(inputs);
    const { arn } = context.region.createTargetGroup({
      ...given,
      name: physicalName({ name, namePrefix }, context),
      healthCheck: toApi(healthCheck),
    });
    return { id: arn };
  },

  update(arn, { news }, context) {
    const { healthCheck, deregistrationDelay, tags } = Inputs.parse(news);
    context.region.updateTargetGroup(arn, { healthCheck: toApi(healthCheck), deregistrationDelay, tags });
    return undefined;
  },

  observe(arn, known, context) {
    const found = find(context, arn);
    if (!found) return undefined;
    const { state } = context.region;
    const { intervalSeconds, timeoutSeconds, ...check } = found.healthCheck;
    const listeners = state.listeners.filter((listener) => listener.targetGroupArn === arn);
    return {
      id: arn,
      arn,
      arnSuffix: arn.split(":").at(-1) ?? arn,
      name: found.name,
      region: state.region,
      port: found.port,
      protocol: found.protocol,
      vpcId: found.vpcId,
      healthCheck: { enabled: true, ...check, interval: intervalSeconds, timeout: timeoutSeconds },
      deregistrationDelay: found.deregistrationDelay,
      loadBalancerArns: [...new Set(listeners.map((listener) => listener.loadBalancerArn))],
      protocolVersion: known["protocolVersion"] ?? "HTTP1",
      stickiness: known["stickiness"] ?? { enabled: found.stickiness, type: "lb_cookie", cookieDuration: 86_400 },
      loadBalancingAlgorithmType: known["loadBalancingAlgorithmType"] ?? "round_robin",
      ipAddressType: known["ipAddressType"] ?? "ipv4",
      ...reportTags(found.tags),
    };
  },

  delete(arn, _olds, context) {
    if (find(context, arn)) context.region.deleteTargetGroup(arn);
  },
};
