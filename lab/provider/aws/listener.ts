import { z } from "zod";
import type { Listener } from "../../region/model";
import type { Context, Noun } from "../noun";
import { isList, isProps, type Props, type Value } from "../value";
import { REGIONAL } from "./shared";

const Inputs = z.object({
  loadBalancerArn: z.string(),
  port: z.number(),
  protocol: z.string().default("HTTP"),
  certificateArn: z.string().optional(),
});

const find = ({ region }: Context, arn: string): Listener | undefined =>
  region.state.listeners.find((listener) => listener.arn === arn);

/** The target group that the default action forwards to, whichever way it is written. */
function forwardsTo(inputs: Props): string | undefined {
  const actions = inputs["defaultActions"];
  for (const action of isList(actions) ? actions : []) {
    if (!isProps(action) || action["type"] !== "forward") continue;
    if (typeof action["targetGroupArn"] === "string") return action["targetGroupArn"];
    const { forward } = action;
    const groups = isProps(forward) ? forward["targetGroups"] : undefined;
    const first = isList(groups) ? groups[0] : undefined;
    if (isProps(first) && typeof first["arn"] === "string") return first["arn"];
  }
  return undefined;
}

/** What the region keeps of a listener, as given to it. */
function targets(inputs: Props): { targetGroupArn?: string; certificateArn?: string } {
  const { certificateArn } = Inputs.parse(inputs);
  const targetGroupArn = forwardsTo(inputs);
  return {
    ...(targetGroupArn === undefined ? {} : { targetGroupArn }),
    ...(certificateArn === undefined ? {} : { certificateArn }),
  };
}

/** The actions as declared, as long as they still say where the listener forwards to. */
function actions(known: Props, listener: Listener): Value {
  const declared = known["defaultActions"];
  if (declared !== undefined && forwardsTo(known) === listener.targetGroupArn) return declared;
  return [{ type: "forward", targetGroupArn: listener.targetGroupArn ?? null }];
}

export const listener: Noun = {
  fields: {
    ...REGIONAL,
    loadBalancerArn: { required: true, replaces: true },
    port: { required: true },
    protocol: { computed: true },
    certificateArn: {},
    sslPolicy: { computed: true },
    alpnPolicy: {},
    defaultActions: { required: true },
  },
  outputs: ["arn"],

  create(inputs, context) {
    const { loadBalancerArn, port, protocol } = Inputs.parse(inputs);
    const { arn } = context.region.createListener({ loadBalancerArn, port, protocol, ...targets(inputs) });
    return { id: arn };
  },

  update(arn, { news }, context) {
    const updated = context.region.updateListener(arn, targets(news));
    const { port, protocol } = Inputs.parse(news);
    Object.assign(updated, { port, protocol });
    return undefined;
  },

  observe(arn, known, context) {
    const found = find(context, arn);
    if (!found) return undefined;
    return {
      id: arn,
      arn,
      region: context.region.state.region,
      loadBalancerArn: found.loadBalancerArn,
      port: found.port,
      protocol: found.protocol,
      certificateArn: found.certificateArn ?? null,
      sslPolicy: known["sslPolicy"] ?? (found.protocol === "HTTPS" ? "ELBSecurityPolicy-2016-08" : ""),
      defaultActions: actions(known, found),
      tagsAll: known["tags"] ?? {},
    };
  },

  delete(arn, _olds, context) {
    if (find(context, arn)) context.region.deleteListener(arn);
  },
};
