import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { derive } from "../../refusal";

export interface ObjectStoreArgs {
  readonly name: string;
  readonly kmsKeyArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The bucket of the application's objects: every version kept, encrypted, closed to the public and to plain HTTP. */
export class ObjectStore extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: ObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:ObjectStore", name, {}, opts);
    const bucket = new aws.s3.Bucket(
      "objects",
      // Names of buckets are unique in the world: AWS adds what makes this one so.
      { bucketPrefix: `${args.name}-`, forceDestroy: false, tags: args.tags },
      { parent: this, protect: true, retainOnDelete: true },
    );
    const of = { parent: this, retainOnDelete: true } as const;
    new aws.s3.BucketVersioning(
      "objects",
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { ...of, protect: true },
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      "objects",
      {
        bucket: bucket.id,
        rules: [
          {
            applyServerSideEncryptionByDefault:
              args.kmsKeyArn === undefined
                ? { sseAlgorithm: "AES256" }
                : { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.kmsKeyArn },
            bucketKeyEnabled: args.kmsKeyArn !== undefined,
          },
        ],
      },
      of,
    );
    const shut = new aws.s3.BucketPublicAccessBlock(
      "objects",
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { ...of, protect: true },
    );
    new aws.s3.BucketPolicy(
      "objects",
      { bucket: bucket.id, policy: derive(bucket.arn, onlyWithTls) },
      { ...of, dependsOn: [shut] },
    );
    this.bucket = bucket.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

const onlyWithTls = (arn: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyWithTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
