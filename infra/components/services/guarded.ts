import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface GuardArgs {
  readonly name: string;
  readonly vpcId: pulumi.Input<string>;
  /** The one port that is open, and the security group that may use it. */
  readonly port: number;
  readonly nodesGroupId: pulumi.Input<string>;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A security group that admits the nodes at one port and nothing else. It opens nothing to the outside. */
export function guarded(parent: pulumi.Resource, suffix: string, args: GuardArgs): aws.ec2.SecurityGroup {
  const { description, vpcId, port, nodesGroupId } = args;
  const name = `${args.name}-${suffix}`;
  const tags = { ...args.tags, Name: name };
  // What it guards stays in AWS when the stack is destroyed.
  const group = new aws.ec2.SecurityGroup(suffix, { name, description, vpcId, tags }, { parent, retainOnDelete: true });
  new aws.vpc.SecurityGroupIngressRule(
    `${suffix}-from-nodes`,
    {
      securityGroupId: group.id,
      description: "Nodes of Terraform Enterprise",
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      referencedSecurityGroupId: nodesGroupId,
      tags: args.tags,
    },
    { parent },
  );
  return group;
}
