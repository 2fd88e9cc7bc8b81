import type {
  Demand,
  InstanceTypeFacts,
  LaunchMarket,
  VcpuQuota,
} from "../../orchestration/ports/account/launchMarket";

/** What EC2 offers and grants: enough, unless a test says otherwise. */
export class FakeLaunchMarket implements LaunchMarket {
  group: Demand = { instanceType: "m5.xlarge", zones: ["eu-west-1a", "eu-west-1b"] };
  type: InstanceTypeFacts | undefined = {
    architectures: ["x86_64"],
    vcpus: 4,
    zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
  };
  quota: VcpuQuota | undefined = { limit: 64, usedByOthers: 10 };

  demand(): Promise<Demand> {
    return Promise.resolve(this.group);
  }

  instanceType(): Promise<InstanceTypeFacts | undefined> {
    return Promise.resolve(this.type);
  }

  vcpuQuota(): Promise<VcpuQuota | undefined> {
    return Promise.resolve(this.quota);
  }
}
