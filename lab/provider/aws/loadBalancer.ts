import { z } from "zod";
import { DEFAULTS } from "../../region/defaults";
import type { LoadBalancer } from "../../region/model";
import type { Context, Noun } from "../noun";
import { asList, nameInputs, NAMED, physicalName, REGIONAL, reportTags, tagMap, texts } from "./shared";

const Inputs = z.object({
  ...nameInputs,
  loadBalancerType: z.enum(["application", "network"]).default("application"),
  internal: z.boolean().default(false),
  subnets: texts,
  securityGroups: texts,
  tags: tagMap,
});

/** Attributes that change nothing in the simulation: kept as given, with AWS's defaults. */
const ATTRIBUTES = {
  accessLogs: {},
  connectionLogs: {},
  clientKeepAlive: { fallback: 3600 },
  desyncMitigationMode: { fallback: "defensive" },
  dropInvalidHeaderFields: { fallback: false },
  enableHttp2: { fallback: true },
  enableWafFailOpen: { fallback: false },
  idleTimeout: { fallback: 60 },
  ipAddressType: { computed: true },
  preserveHostHeader: { fallback: false },
  xffHeaderProcessingMode: { fallback: "append" },
} as const;

const find = ({ region }: Context, arn: string): LoadBalancer | undefined =>
  region.state.loadBalancers.find((balancer) => balancer.arn === arn);

export const loadBalancer: Noun = {
  fields: {
    ...ATTRIBUTES,
    ...NAMED,
    ...REGIONAL,
    loadBalancerType: { fallback: "application", replaces: true },
    internal: { computed: true, replaces: true },
    subnets: { computed: true, set: true },
    securityGroups: { computed: true, set: true },
    enableDeletionProtection: { fallback: false },
    enableCrossZoneLoadBalancing: { computed: true },
  },
  outputs: ["arn", "arnSuffix", "dnsName", "vpcId", "zoneId"],
  autoName: { max: 32, taken: (name, { region }) => region.state.loadBalancers.some((each) => each.name === name) },

  create(inputs, context) {
    const given = Inputs.parse(inputs);
    const name = physicalName(given, context);
    // The service itself would answer with what is there already: the provider looks first.
    if (context.region.state.loadBalancers.some((each) => each.name === name && each.type === given.loadBalancerType))
      throw new Error(`ELBv2 Load Balancer (${name}) already exists`);
    const { arn } = context.region.createLoadBalancer({
      name,
      type: given.loadBalancerType,
      internal: given.internal,
      subnetIds: given.subnets,
      securityGroups: given.securityGroups,
      tags: given.tags,
    });
    return { id: arn };
  },

  update(arn, { news, changed }, context) {
    const balancer = find(context, arn);
    const { subnets, securityGroups, tags } = Inputs.parse(news);
    if (balancer && changed.has("subnets")) balancer.subnetIds = subnets;
    if (balancer && changed.has("securityGroups")) balancer.securityGroups = securityGroups;
    if (balancer && changed.has("tags")) balancer.tags = tags;
    return undefined;
  },

  observe(arn, known, context) {
    const balancer = find(context, arn);
    if (!balancer) return undefined;
    const { state } = context.region;
    return {
      id: arn,
      arn,
      arnSuffix: arn.split(":loadbalancer/")[1] ?? arn,
      name: balancer.name,
      dnsName: balancer.dnsName,
      // The hosted zone of Elastic Load Balancing in the region.
      zoneId: "Z32O12XQLNTSW2",
      vpcId: DEFAULTS.vpcId,
      region: state.region,
      loadBalancerType: balancer.type,
      internal: balancer.scheme === "internal",
      subnets: asList(balancer.subnetIds),
      securityGroups: asList(balancer.securityGroups),
      ipAddressType: known["ipAddressType"] ?? "ipv4",
      enableCrossZoneLoadBalancing: known["enableCrossZoneLoadBalancing"] ?? balancer.type === "application",
      ...reportTags(balancer.tags),
    };
  },

  delete(arn, olds, context) {
    if (!find(context, arn)) return;
    if (olds["enableDeletionProtection"] === true) {
      throw new Error(
        `OperationNotPermitted: Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
      );
    }
    context.region.deleteLoadBalancer(arn);
  },
};
