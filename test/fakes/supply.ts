import type { Demand, EntrypointFacts, InstanceTypeFacts, Supply, VcpuQuota } from "../../orchestration/ports/supply";

/** What EC2 and the load balancer say of the fleet's surroundings: all is well unless a test says otherwise. */
export class FakeSupply implements Supply {
  group: Demand = { instanceType: "m5.xlarge", zones: ["eu-west-1a", "eu-west-1b"] };
  type: InstanceTypeFacts | undefined = {
    architectures: ["x86_64"],
    vcpus: 4,
    zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
  };
  quota: VcpuQuota | undefined = { limit: 64, usedByOthers: 10 };
  balancing: EntrypointFacts = { loadBalancers: ["tfe"], crossZone: true };

  demand(): Promise<Demand> {
    return Promise.resolve(this.group);
  }

  instanceType(): Promise<InstanceTypeFacts | undefined> {
    return Promise.resolve(this.type);
  }

  vcpuQuota(): Promise<VcpuQuota | undefined> {
    return Promise.resolve(this.quota);
  }

  entrypoint(): Promise<EntrypointFacts> {
    return Promise.resolve(this.balancing);
  }
}
