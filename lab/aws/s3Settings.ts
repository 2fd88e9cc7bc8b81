import { AwsError } from "../region/api";
import type { RegionState } from "../region/model";
import { hasFlaw, provisionsOf } from "../region/provisions";

export const S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** A bucket keeps former versions unless somebody switched that off; one that never did has no status. */
export function versioning(state: RegionState, bucket: string): object {
  const off = provisionsOf(state).unversionedBuckets.includes(bucket);
  return { VersioningConfiguration: { "@_xmlns": S3_NAMESPACE, Status: off ? "Suspended" : "Enabled" } };
}

const BLOCKS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

export function publicAccessBlock(state: RegionState, bucket: string): object {
  if (hasFlaw(state, bucket, "open")) throw notFound("NoSuchPublicAccessBlockConfiguration", "public access block");
  const all = Object.fromEntries(BLOCKS.map((block) => [block, true]));
  return { PublicAccessBlockConfiguration: { "@_xmlns": S3_NAMESPACE, ...all } };
}

export function encryption(state: RegionState, bucket: string): object {
  if (hasFlaw(state, bucket, "unencrypted"))
    throw notFound("ServerSideEncryptionConfigurationNotFoundError", "server side encryption");
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } };
  return { ServerSideEncryptionConfiguration: { "@_xmlns": S3_NAMESPACE, Rule: rule } };
}

const notFound = (code: string, what: string): AwsError =>
  new AwsError(code, `The ${what} configuration was not found`, 404);
