import { hex } from "../../region/random";
import { DEFAULTS } from "../../region/defaults";
import type { Fields } from "../noun";
import { inert, type Inert } from "./inert";
import { arn, NAMED, physicalName, REGIONAL } from "./shared";

export const securityGroup = inert({
  token: "aws:ec2/securityGroup:SecurityGroup",
  fields: {
    ...NAMED,
    ...REGIONAL,
    description: { fallback: "Managed by Pulumi", replaces: true },
    vpcId: { computed: true, replaces: true },
    ingress: { computed: true, set: true },
    egress: { computed: true, set: true },
    revokeRulesOnDelete: { fallback: false },
  },
  outputs: ["arn", "ownerId"],
  maxName: 255,
  id: (_inputs, { region }) => `sg-0${hex(region.state, 16)}`,
  derive: (id, inputs, context) => {
    const { state } = context.region;
    return {
      name: physicalName(nameOf(inputs), context),
      vpcId: inputs["vpcId"] ?? DEFAULTS.vpcId,
      arn: arn(state, "ec2", `security-group/${id}`),
      ownerId: state.accountId,
      region: state.region,
      ingress: inputs["ingress"] ?? [],
      egress: inputs["egress"] ?? [],
    };
  },
});

const nameOf = (inputs: Parameters<Inert["derive"]>[1]): { name?: string; namePrefix?: string } => ({
  ...(typeof inputs["name"] === "string" ? { name: inputs["name"] } : {}),
  ...(typeof inputs["namePrefix"] === "string" ? { namePrefix: inputs["namePrefix"] } : {}),
});

const RULE: Fields = {
  ...REGIONAL,
  securityGroupId: { required: true, replaces: true },
  ipProtocol: { required: true },
  cidrIpv4: {},
  cidrIpv6: {},
  prefixListId: {},
  referencedSecurityGroupId: {},
  fromPort: {},
  toPort: {},
  description: {},
};

const rule = (token: string): Inert => ({
  token,
  fields: RULE,
  outputs: ["arn", "securityGroupRuleId"],
  id: (_inputs, { region }) => `sgr-0${hex(region.state, 16)}`,
  derive: (id, _inputs, { region: { state } }) => ({
    arn: arn(state, "ec2", `security-group-rule/${id}`),
    securityGroupRuleId: id,
    region: state.region,
  }),
});

export const ingressRule = inert(rule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"));

export const egressRule = inert(rule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"));
