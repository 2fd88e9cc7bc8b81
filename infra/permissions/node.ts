/** What a node may do: the policy of the role that the stack builds, and of one that is given to it. Pure. */
import type { StackConfig } from "../config/index";
import type { Transport } from "../contract";
import { nodeKind } from "../nodes/index";
import type { RoleRepository } from "../nodes/kind";
import { allow, ANYTHING, type Statement } from "./statement";

export interface NodeNeeds {
  /** Secrets that a node reads at boot; at least one. */
  readonly secretArns: readonly [string, ...string[]];
  /** Bucket of the application's objects. */
  readonly bucket?: string | undefined;
  /** Key that encrypts the secrets or the bucket. */
  readonly kmsKeyArn?: string | undefined;
  /** Objects that a node downloads at boot, as `s3://bucket/key`. */
  readonly downloads: readonly string[];
  /** Repository of ECR that it pulls its image from. */
  readonly repository?: RoleRepository | undefined;
  readonly transport: Transport;
}

/** A configuration with the secret of the settings, which may be given or built. */
export type NodeConfig = StackConfig & { readonly settingsSecretArn: string };

export function nodeNeeds(config: NodeConfig): NodeNeeds {
  const { settingsSecretArn, licenseSecretArn, tlsCertificateSecretArn, tlsKeySecretArn, caBundleSecretArn } = config;
  const { secretArns, sources, repository } = nodeKind(config);
  const bundle = caBundleSecretArn === undefined ? [] : [caBundleSecretArn];
  return {
    bucket: config.bucket,
    kmsKeyArn: config.kmsKeyArn,
    transport: config.transport,
    secretArns: [
      settingsSecretArn,
      licenseSecretArn,
      tlsCertificateSecretArn,
      tlsKeySecretArn,
      ...bundle,
      ...secretArns,
    ],
    downloads: sources.map(({ url }) => url).filter((url) => url.startsWith("s3://")),
    repository,
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
    ...pullStatements(needs),
  ];
}

/** The password of a registry cannot be narrowed to a repository. */
function pullStatements(needs: NodeNeeds): readonly Statement[] {
  if (needs.repository === undefined) return [];
  const { account, region, name } = needs.repository;
  return [
    ...allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], ANYTHING),
    ...allow(
      "PullImage",
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      [`arn:${partitionOf(needs)}:ecr:${region}:${account}:repository/${name}`],
    ),
  ];
}

/** AWS's own policies that the role also needs: the agent of Systems Manager calls AWS itself. */
export function nodeManagedPolicies(needs: NodeNeeds): readonly string[] {
  return needs.transport === "ssm" ? [`arn:${partitionOf(needs)}:iam::aws:policy/AmazonSSMManagedInstanceCore`] : [];
}

/** The partition (aws, aws-us-gov, aws-cn) is the secrets' own. */
const partitionOf = (needs: NodeNeeds): string => needs.secretArns[0].split(":")[1] ?? "aws";
