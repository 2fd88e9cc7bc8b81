/** What a node may do: the policy of the role that the stack builds, and of one that is given to it. Pure. */
import type { Transport } from "../contract";
import { allow, type Statement } from "./statement";

export interface NodeNeeds {
  /** Secrets that a node reads at boot; at least one. */
  readonly secretArns: readonly [string, ...string[]];
  /** Bucket of the application's objects. */
  readonly bucket?: string | undefined;
  /** Key that encrypts the secrets or the bucket. */
  readonly kmsKeyArn?: string | undefined;
  /** Objects that a node downloads at boot, as `s3://bucket/key`. */
  readonly downloads: readonly string[];
  readonly transport: Transport;
}

/** The keys of the configuration that decide what a node needs. */
export interface NodeConfig {
  readonly settingsSecretArn: string;
  readonly licenseSecretArn: string;
  readonly tlsCertificateSecretArn: string;
  readonly tlsKeySecretArn: string;
  readonly caBundleSecretArn?: string | undefined;
  readonly airgapPackageUrl?: string | undefined;
  readonly airgapInstallerUrl?: string | undefined;
  readonly bucket?: string | undefined;
  readonly kmsKeyArn?: string | undefined;
  readonly transport: Transport;
}

export function nodeNeeds(config: NodeConfig): NodeNeeds {
  const { settingsSecretArn, licenseSecretArn, tlsCertificateSecretArn, tlsKeySecretArn, caBundleSecretArn } = config;
  const bundle = caBundleSecretArn === undefined ? [] : [caBundleSecretArn];
  const urls = [config.airgapPackageUrl, config.airgapInstallerUrl].filter((url) => url !== undefined);
  return {
    bucket: config.bucket,
    kmsKeyArn: config.kmsKeyArn,
    transport: config.transport,
    secretArns: [settingsSecretArn, licenseSecretArn, tlsCertificateSecretArn, tlsKeySecretArn, ...bundle],
    downloads: urls.filter((url) => url.startsWith("s3://")),
  };
}

/** Read its own secrets, use its own bucket and key. Nothing else. */
export function nodeStatements(needs: NodeNeeds): readonly Statement[] {
  const s3 = `arn:${partitionOf(needs)}:s3:::`;
  const bucket = needs.bucket === undefined ? [] : [s3 + needs.bucket];
  const key = needs.kmsKeyArn === undefined ? [] : [needs.kmsKeyArn];
  return [
    ...allow("ReadOwnSecrets", ["secretsmanager:GetSecretValue"], needs.secretArns),
    ...allow("ListOwnBucket", ["s3:ListBucket", "s3:GetBucketLocation"], bucket),
    ...allow(
      "UseOwnObjects",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      bucket.map((arn) => `${arn}/*`),
    ),
    ...allow(
      "ReadDownloads",
      ["s3:GetObject"],
      needs.downloads.map((url) => s3 + url.slice("s3://".length)),
    ),
    ...allow("UseOwnKey", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"], key),
  ];
}

/** AWS's own policies that the role also needs: the agent of Systems Manager calls AWS itself. */
export function nodeManagedPolicies(needs: NodeNeeds): readonly string[] {
  return needs.transport === "ssm" ? [`arn:${partitionOf(needs)}:iam::aws:policy/AmazonSSMManagedInstanceCore`] : [];
}

/** The partition (aws, aws-us-gov, aws-cn) is the secrets' own. */
const partitionOf = (needs: NodeNeeds): string => needs.secretArns[0].split(":")[1] ?? "aws";
