import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
} from "@aws-sdk/client-s3";
import { RepaveError } from "../../domain/errors";
import type { S3Place } from "./conditionalObjects";
import { findInAws } from "./errors";

const NOT_BLOCKED = ["NoSuchPublicAccessBlockConfiguration"];
const NOT_ENCRYPTED = ["ServerSideEncryptionConfigurationNotFoundError"];

const BLOCKS = [
  "BlockPublicAcls",
  "BlockPublicPolicy",
  "IgnorePublicAcls",
  "RestrictPublicBuckets",
] as const satisfies readonly (keyof PublicAccessBlockConfiguration)[];

/**
 * Returns what leaves a bucket open to others, or without what was in it. Its owner is checked by the client, on every request. What
 * AWS does not let us see counts. Needs s3:GetBucketPublicAccessBlock, s3:GetEncryptionConfiguration and s3:GetBucketVersioning.
 */
export async function bucketConcerns(place: S3Place): Promise<readonly string[]> {
  const all = await Promise.all([publicAccess, encryption, versioning].map((look) => orRefusal(() => look(place))));
  return [...new Set(all.filter((concern) => concern !== undefined))];
}

async function publicAccess({ client, bucket }: S3Place): Promise<string | undefined> {
  const answer = await findInAws("GetPublicAccessBlock", NOT_BLOCKED, () =>
    client.send(new GetPublicAccessBlockCommand({ Bucket: bucket })),
  );
  const open = BLOCKS.filter((block) => answer?.PublicAccessBlockConfiguration?.[block] !== true);
  return open.length === 0 ? undefined : `public access to ${bucket} is not blocked (${open.join(", ")})`;
}

async function encryption({ client, bucket }: S3Place): Promise<string | undefined> {
  const answer = await findInAws("GetBucketEncryption", NOT_ENCRYPTED, () =>
    client.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
  );
  const rules = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
  return rules.length > 0 ? undefined : `${bucket} does not encrypt its objects`;
}

async function versioning({ client, bucket }: S3Place): Promise<string | undefined> {
  const answer = await findInAws("GetBucketVersioning", [], () =>
    client.send(new GetBucketVersioningCommand({ Bucket: bucket })),
  );
  return answer?.Status === "Enabled" ? undefined : `versioning of ${bucket} is off`;
}

async function orRefusal(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look();
  } catch (thrown) {
    if (thrown instanceof RepaveError && thrown.code === "AWS_REFUSED") return thrown.detail;
    throw thrown;
  }
}
