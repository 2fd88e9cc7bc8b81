import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Transport } from "../contract";

export interface IdentityArgs {
  readonly name: string;
  /** Secrets that a node reads at boot; at least one. */
  readonly secretArns: readonly [string, ...string[]];
  /** Bucket of the application's objects. */
  readonly bucket?: string | undefined;
  /** Key that encrypts the secrets or the bucket. */
  readonly kmsKeyArn?: string | undefined;
  /** Objects that a node downloads at boot, as `s3://bucket/key`. */
  readonly downloads: readonly string[];
  readonly transport: Transport;
  readonly tags: Readonly<Record<string, string>>;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** What a node may do in AWS: read its own secrets, use its own bucket and key, take commands over SSM. Nothing else. */
export class Identity extends pulumi.ComponentResource {
  readonly instanceProfile: aws.iam.InstanceProfile;

  constructor(name: string, args: IdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Identity", name, {}, opts);
    const { name: roleName, tags } = args;
    // The partition (aws, aws-us-gov, aws-cn) is the secrets' own.
    const partition = args.secretArns[0].split(":")[1] ?? "aws";

    const role = new aws.iam.Role(
      "node",
      {
        name: roleName,
        description: "Nodes of Terraform Enterprise",
        assumeRolePolicy: policy([
          { Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "ec2.amazonaws.com" } },
        ]),
        tags,
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      "node",
      { role: role.name, name: "terraform-enterprise", policy: policy(statements(args, partition)) },
      { parent: this },
    );
    if (args.transport === "ssm") {
      new aws.iam.RolePolicyAttachment(
        "ssm",
        { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore` },
        { parent: this },
      );
    }
    this.instanceProfile = new aws.iam.InstanceProfile(
      "node",
      { name: roleName, role: role.name, tags },
      { parent: this },
    );
    this.registerOutputs({ instanceProfile: this.instanceProfile.name });
  }
}

function statements(args: IdentityArgs, partition: string): readonly Statement[] {
  const s3 = `arn:${partition}:s3:::`;
  const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): readonly Statement[] =>
    Resource.length === 0 ? [] : [{ Sid, Effect: "Allow", Action, Resource }];
  const bucket = args.bucket === undefined ? [] : [s3 + args.bucket];
  const key = args.kmsKeyArn === undefined ? [] : [args.kmsKeyArn];
  return [
    ...allow("ReadOwnSecrets", ["secretsmanager:GetSecretValue"], args.secretArns),
    ...allow("ListOwnBucket", ["s3:ListBucket", "s3:GetBucketLocation"], bucket),
    ...allow(
      "UseOwnObjects",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      bucket.map((arn) => `${arn}/*`),
    ),
    ...allow(
      "ReadDownloads",
      ["s3:GetObject"],
      args.downloads.map((url) => s3 + url.slice("s3://".length)),
    ),
    ...allow("UseOwnKey", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"], key),
  ];
}

function policy(statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statement });
}
