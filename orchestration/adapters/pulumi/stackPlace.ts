import { closest } from "fastest-levenshtein";
import type * as enums from "@pulumi/aws/types/enums";
import { type AwsPlace, awsPlace } from "../../../infra/awsSdk";
import type { RawConfig } from "../../../infra/config/index";
import { RepaveError } from "../../domain/errors";
import { lazily } from "../machine/lazy";

/**
 * Settings of Pulumi's provider beside which this process still asks the same AWS as the same identity: those it follows itself,
 * and those that only limit or tag what Pulumi does. Everything else of `aws:` is refused by name.
 */
const HARMLESS = new Set([
  "region",
  "profile",
  "maxRetries",
  "retryMode",
  "defaultTags",
  "ignoreTags",
  "allowedAccountIds",
  "forbiddenAccountIds",
  "skipCredentialsValidation",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "skipMetadataApiCheck",
  "tagPolicyCompliance",
]);

/** Refuses settings that only Pulumi would follow. Throws `STACK_CONFIG_INVALID`. */
export function requireSameIdentity(keys: readonly string[]): void {
  const others = keys.filter((key) => key.startsWith("aws:") && !HARMLESS.has(key.split(/[:.[]/)[1] ?? ""));
  if (others.length === 0) return;
  throw new RepaveError(
    "STACK_CONFIG_INVALID",
    `${others.join(", ")}: only Pulumi would use it, and this command would read another place; ` +
      "put it into a profile of the AWS configuration, and set aws:profile",
  );
}

/**
 * Where the stack with these values is on AWS, and as whom it is asked there. The environment's region counts where the stack sets
 * none, by both names that Pulumi's provider knows. Throws `STACK_CONFIG_INVALID`, `REGION_UNKNOWN`.
 */
export function awsPlaceOf(raw: RawConfig, env: NodeJS.ProcessEnv = process.env): AwsPlace {
  requireSameIdentity(Object.keys(raw));
  const place = awsPlace(raw);
  const [name, region] = [
    ["aws:region", place.region],
    ["AWS_REGION", env["AWS_REGION"]],
    ["AWS_DEFAULT_REGION", env["AWS_DEFAULT_REGION"]],
  ].find(([, value]) => value) ?? [undefined, undefined];
  if (region === undefined) return place;
  if (raw["aws:skipRegionValidation"] !== "true") requireRegion(name ?? "", region);
  return { ...place, region };
}

/** The regions that Pulumi's provider knows in this version. Loaded at the first question: help needs no part of that package. */
const regions = (): readonly string[] =>
  Object.values((lazily("@pulumi/aws/types/enums", __filename) as typeof enums).Region);

function requireRegion(name: string, region: string): void {
  const known = regions();
  if (known.includes(region)) return;
  throw new RepaveError(
    "REGION_UNKNOWN",
    `${name} is ${JSON.stringify(region)}. Did you mean ${closest(region, known)}?`,
  );
}
