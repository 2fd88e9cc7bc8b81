import type { Declared } from "../../support/pulumi";
import { declareStack, TYPES } from "../../support/stack";

describe("network access", () => {
  const rules = (resources: readonly Declared[]) =>
    resources.map(({ inputs }) => {
      const { securityGroupId, fromPort, cidrIpv4, referencedSecurityGroupId } = inputs;
      return { to: securityGroupId, port: fromPort, from: cidrIpv4 ?? referencedSecurityGroupId };
    });

  it("lets nobody in from outside by default", async () => {
    const { of } = await declareStack();
    expect(rules(of(TYPES.ingress))).toEqual([
      { to: "nodes-id", port: 443, from: "lb-id" },
      { to: "lb-id", port: 443, from: "nodes-id" },
      { to: "nodes-id", port: 8201, from: "nodes-id" },
    ]);
  });

  it("opens the load balancer, and only it, to the networks that are allowed", async () => {
    const { of } = await declareStack({ allowedCidrs: '["10.0.0.0/8","192.168.0.0/16"]' });
    expect(rules(of(TYPES.ingress)).filter(({ from }) => String(from).includes("/"))).toEqual([
      { to: "lb-id", port: 443, from: "10.0.0.0/8" },
      { to: "lb-id", port: 443, from: "192.168.0.0/16" },
    ]);
  });

  it("lets nodes out to anywhere, and the load balancer out to nodes only", async () => {
    const { of } = await declareStack();
    expect(of(TYPES.egress).map(({ inputs }) => inputs)).toMatchObject([
      {
        securityGroupId: "lb-id",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        referencedSecurityGroupId: "nodes-id",
      },
      { securityGroupId: "nodes-id", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    ]);
  });
});
