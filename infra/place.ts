/** Where a stack is: in a network that it is given, or in its own. */
import type * as pulumi from "@pulumi/pulumi";
import type { Network } from "./components/services/network";
import type { StackConfig } from "./config/index";
import { PROJECT } from "./contract";

/** Where nodes and load balancer are. */
export interface Place {
  readonly vpcId: () => pulumi.Input<string>;
  readonly nodeSubnetIds: readonly pulumi.Input<string>[];
  readonly loadBalancerSubnetIds: readonly pulumi.Input<string>[];
}

export const givenPlace = (config: StackConfig): Place => ({ ...config, vpcId: () => required(config, "vpcId") });

/** Nodes have no public address; the load balancer has one where users come from outside. */
export const builtPlace = (config: StackConfig, network: Network): Place => ({
  vpcId: () => network.vpcId,
  nodeSubnetIds: network.privateSubnetIds,
  loadBalancerSubnetIds: config.loadBalancerInternal ? network.privateSubnetIds : network.publicSubnetIds,
});

/** A key that `parseConfig` demands in this case. */
export function required<K extends keyof StackConfig>(config: StackConfig, key: K): NonNullable<StackConfig[K]> {
  const value = config[key];
  if (value === undefined) throw new Error(`${PROJECT}:${key} is required here`);
  return value;
}
