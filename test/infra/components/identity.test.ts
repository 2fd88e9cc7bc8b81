import type { Declared } from "../../support/pulumi";
import { SECRET_ARNS } from "../../support/stackConfig";
import { declareStack, TYPES } from "../../support/stack";

describe("identity", () => {
  interface Policy {
    readonly Statement: readonly { readonly Sid: string; readonly Action: string[]; readonly Resource: string[] }[];
  }
  const policyOf = (resource: Declared): Policy => JSON.parse(resource.inputs["policy"] as string) as Policy;

  it("may read the four secrets and nothing else by default", async () => {
    const { only } = await declareStack();
    const { settings, license, tlsCertificate, tlsKey } = SECRET_ARNS;
    expect(policyOf(only(TYPES.rolePolicy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadOwnSecrets",
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue"],
          Resource: [settings, license, tlsCertificate, tlsKey],
        },
      ],
    });
    expect(only(TYPES.attachment).inputs["policyArn"]).toBe("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");
    expect(JSON.parse(only(TYPES.role).inputs["assumeRolePolicy"] as string)).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "ec2.amazonaws.com" } }],
    });
  });

  it("is given the bucket, the key, the authorities and the packages by name; no wildcard but the bucket's objects", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const { only } = await declareStack({
      bucket: "tfe-objects",
      kmsKeyArn,
      caBundleSecretArn: SECRET_ARNS.caBundle,
      airgapPackageUrl: "s3://packages/tfe-642.airgap",
      airgapInstallerUrl: "https://mirror.example.com/replicated.tar.gz",
    });
    const { Statement } = policyOf(only(TYPES.rolePolicy));
    expect(Object.fromEntries(Statement.map(({ Sid, Resource }) => [Sid, Resource]))).toEqual({
      ReadOwnSecrets: Object.values(SECRET_ARNS),
      ListOwnBucket: ["arn:aws:s3:::tfe-objects"],
      UseOwnObjects: ["arn:aws:s3:::tfe-objects/*"],
      ReadDownloads: ["arn:aws:s3:::packages/tfe-642.airgap"],
      UseOwnKey: [kmsKeyArn],
    });
    expect(Statement.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("stays in the partition of its secrets", async () => {
    const settingsSecretArn = SECRET_ARNS.settings.replace("arn:aws:", "arn:aws-us-gov:");
    const { only } = await declareStack({ settingsSecretArn });
    expect(only(TYPES.attachment).inputs["policyArn"]).toContain("arn:aws-us-gov:iam::aws:policy/");
  });

  it("cannot be commanded over SSM where the transport is SSH", async () => {
    expect((await declareStack({ transport: "ssh" })).of(TYPES.attachment)).toEqual([]);
  });
});
