import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type NodeNeeds, nodeStatements } from "../permissions/node";
import { policyDocument } from "../permissions/statement";
import { derive } from "../refusal";

export interface IdentityArgs {
  readonly name: string;
  readonly needs: pulumi.Input<NodeNeeds>;
  /** ARNs of AWS's own policies. */
  readonly managedPolicies: readonly string[];
  /** Policy that bounds what the role may ever be given; undefined: none. */
  readonly permissionsBoundaryArn: string | undefined;
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
        ...boundedBy(args.permissionsBoundaryArn),
        tags,
      },
      // Running nodes use it until they are replaced.
      { parent: this, protect: true },
    );
    new aws.iam.RolePolicy(
      "node",
      { role: role.name, name: "terraform-enterprise", policy: mayDo(args.needs) },
      { parent: this },
    );
    for (const policyArn of args.managedPolicies) {
      new aws.iam.RolePolicyAttachment("ssm", { role: role.name, policyArn }, { parent: this });
    }
    this.instanceProfile = new aws.iam.InstanceProfile(
      "node",
      { name: roleName, role: role.name, tags },
      { parent: this, protect: true },
    );
    this.registerOutputs({ instanceProfile: this.instanceProfile.name });
  }
}

const mayDo = (needs: pulumi.Input<NodeNeeds>): pulumi.Output<string> =>
  derive(pulumi.output(needs), (known) => JSON.stringify(policyDocument(nodeStatements(known as NodeNeeds))));

const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "ec2.amazonaws.com" } }],
};

/** The boundary as a role's argument. */
export const boundedBy = (arn: string | undefined): { readonly permissionsBoundary?: string } =>
  arn === undefined ? {} : { permissionsBoundary: arn };
