import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface AccessArgs {
  /** Prefix of the groups' names. */
  readonly name: string;
  readonly vpcId: pulumi.Input<string>;
  /** Networks that may open the application. Empty: none outside the fleet. */
  readonly allowedCidrs: readonly string[];
  /** Whether the load balancer is built here. Behind a given one, the networks are let through to the nodes themselves. */
  readonly withLoadBalancer: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Who may talk to whom: security groups, with each rule a resource of its own so that one can change without the others. */
export class Access extends pulumi.ComponentResource {
  readonly nodes: aws.ec2.SecurityGroup;
  readonly loadBalancer: aws.ec2.SecurityGroup | undefined;

  constructor(
    name: string,
    private readonly args: AccessArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tfe:infra:Access", name, {}, opts);
    this.nodes = this.group("nodes", "Nodes of Terraform Enterprise");
    this.loadBalancer = args.withLoadBalancer ? this.group("lb", "Load balancer of Terraform Enterprise") : undefined;

    this.openApplication();
    this.openVault();
    this.openEgress();
    this.registerOutputs({ nodes: this.nodes.id, loadBalancer: this.loadBalancer?.id });
  }

  private group(suffix: string, description: string): aws.ec2.SecurityGroup {
    const name = `${this.args.name}-${suffix}`;
    const { vpcId, tags } = this.args;
    return new aws.ec2.SecurityGroup(
      suffix,
      { name, description, vpcId, tags: { ...tags, Name: name } },
      // Running nodes are reached through it: removed from the program, its rules would go while they serve.
      { parent: this, protect: true },
    );
  }

  private openApplication(): void {
    const front = this.loadBalancer ?? this.nodes;
    for (const cidr of this.args.allowedCidrs) {
      this.ingress(`https-from-${cidr.replace("/", "-")}`, front, 443, { cidrIpv4: cidr }, "Users");
    }
    if (this.loadBalancer === undefined) return;
    const [nodes, loadBalancer] = [from(this.nodes), from(this.loadBalancer)];
    this.ingress("https-from-lb", this.nodes, 443, loadBalancer, "Load balancer");
    // Runs on a node call the application by its host name, which leads back through the load balancer.
    this.ingress("https-from-nodes", this.loadBalancer, 443, nodes, "Runs on the nodes");
    this.egress("lb-to-nodes", this.loadBalancer, { ipProtocol: "tcp", fromPort: 443, toPort: 443, ...nodes }, "Nodes");
  }

  /** Vault is clustered across the nodes. Active/Active needs no other port between them; 8800, the console, stays shut. */
  private openVault(): void {
    this.ingress("vault-from-nodes", this.nodes, 8201, from(this.nodes), "Vault on the other nodes");
  }

  /**
   * A node must reach the database, Redis, object storage, AWS's endpoints, the vendor's registries, and whatever version
   * control and provider registries its users name: the addresses are not known here, so the network decides, not this group.
   */
  private openEgress(): void {
    this.egress(
      "nodes-to-anywhere",
      this.nodes,
      { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      "Services and registries",
    );
  }

  private ingress(
    name: string,
    group: aws.ec2.SecurityGroup,
    port: number,
    source: { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: pulumi.Output<string> },
    description: string,
  ): void {
    new aws.vpc.SecurityGroupIngressRule(
      name,
      {
        securityGroupId: group.id,
        description,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        ...source,
        tags: this.args.tags,
      },
      { parent: this },
    );
  }

  private egress(
    name: string,
    group: aws.ec2.SecurityGroup,
    target: Omit<aws.vpc.SecurityGroupEgressRuleArgs, "securityGroupId">,
    description: string,
  ): void {
    new aws.vpc.SecurityGroupEgressRule(
      name,
      { securityGroupId: group.id, description, ...target, tags: this.args.tags },
      { parent: this },
    );
  }
}

function from(group: aws.ec2.SecurityGroup): { readonly referencedSecurityGroupId: pulumi.Output<string> } {
  return { referencedSecurityGroupId: group.id };
}
