/** How this project's clients of AWS are made, those of the stack program and those of the orchestrator. */

import type { RawConfig } from "./config/stackFile";

/** Silences the SDK's warning about Node versions that it will drop; package.json says which ones run this product. Call it before a client is made. */
export function silenceVersionWarning(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}

/** Where the stack is on AWS, and as whom, so far as its configuration says it; the rest is the environment's. */
export interface AwsPlace {
  readonly region?: string;
  readonly profile?: string;
  /** Accounts that own the stack's buckets, by bucket; the others belong to the account of the credentials. */
  readonly bucketOwners?: Readonly<Record<string, string>>;
}

/** As Pulumi's provider is led there: by `aws:region` and `aws:profile` of the stack, which win over the environment. */
export function awsPlace(raw: RawConfig): AwsPlace {
  const { "aws:region": region, "aws:profile": profile } = raw;
  const [, runs] = /^s3:\/\/([^/]+)/.exec(raw["tfe:runStore"] ?? "") ?? [];
  const owners = [
    [raw["tfe:bucket"], raw["tfe:bucketOwner"]],
    [runs, raw["tfe:runStoreOwner"]],
  ].filter(([bucket, owner]) => bucket && owner);
  return {
    ...(region ? { region } : {}),
    ...(profile ? { profile } : {}),
    ...(owners.length > 0 ? { bucketOwners: Object.fromEntries(owners) as Record<string, string> } : {}),
  };
}

/** How the S3 clients of this project address a bucket: emulators and labs know only paths. */
export const s3Addressing = (
  endpoint = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"],
): { readonly forcePathStyle: boolean; readonly followRegionRedirects: true } => ({
  forcePathStyle: endpoint !== undefined && endpoint !== "",
  // A bucket may be in another region than the fleet.
  followRegionRedirects: true,
});
