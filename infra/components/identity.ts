import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { nodeManagedPolicies, type NodeNeeds, nodeStatements } from "../permissions/node";
import { policyDocument } from "../permissions/statement";

export interface IdentityArgs extends NodeNeeds {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a node may do in AWS: read its own secrets, use its own bucket and key, take commands over SSM. Nothing else. */
export class Identity extends pulumi.ComponentResource {
  readonly instanceProfile: aws.iam.InstanceProfile;

  constructor(name: string, args: IdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Identity", name, {}, opts);
    const { name: roleName, tags } = args;
    const role = new aws.iam.Role(
      "node",
      {
        name: roleName,
        description: "Nodes of Terraform Enterprise",
        assumeRolePolicy: JSON.stringify(TRUST),
        tags,
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      "node",
      { role: role.name, name: "terraform-enterprise", policy: JSON.stringify(policyDocument(nodeStatements(args))) },
      { parent: this },
    );
    for (const policyArn of nodeManagedPolicies(args)) {
      new aws.iam.RolePolicyAttachment("ssm", { role: role.name, policyArn }, { parent: this });
    }
    this.instanceProfile = new aws.iam.InstanceProfile(
      "node",
      { name: roleName, role: role.name, tags },
      { parent: this },
    );
    this.registerOutputs({ instanceProfile: this.instanceProfile.name });
  }
}

const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "ec2.amazonaws.com" } }],
};
