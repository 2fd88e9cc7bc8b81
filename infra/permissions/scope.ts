import type { StackConfig } from "../config";
import { TAGS } from "../contract";
import { resourceName } from "../names";
import type { RunStoreLocation } from "../runStore";

/** What policies are narrowed to: one stack in one account and region. */
export interface Scope {
  readonly stack: string;
  readonly config: StackConfig;
  readonly runs: RunStoreLocation;
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

export interface Whereabouts {
  /** `aws:region` of the stack; default: that of its secrets. */
  readonly region?: string | undefined;
  /** Default: that of the target group, the certificate or the secrets, in this order: the last may be shared by another account. */
  readonly accountId?: string | undefined;
}

export function scopeOf(
  stack: string,
  config: StackConfig,
  runs: RunStoreLocation,
  { region, accountId }: Whereabouts,
): Scope {
  const secret = config.settingsSecretArn.split(":");
  const owner = (config.targetGroupArn ?? config.certificateArn ?? config.settingsSecretArn).split(":");
  return {
    stack,
    config,
    runs,
    partition: secret[1] ?? "aws",
    region: region ?? secret[3] ?? "*",
    accountId: accountId ?? owner[4] ?? "*",
  };
}

/** ARN of a regional resource of the account. */
export function arn({ partition, region, accountId }: Scope, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

export const iamArn = ({ partition, accountId }: Scope, resource: string): string =>
  `arn:${partition}:iam::${accountId}:${resource}`;

/** The stack's group, by the name that the program gives it: known before it is built. */
export const groupArn = (scope: Scope): string =>
  arn(scope, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${resourceName(scope.stack)}`);

/** Holds for what carries the stack's tag; ids are not known before the build, and nodes come and go. */
export const taggedAsStack = (
  scope: Scope,
  key: "aws:ResourceTag" | "ssm:resourceTag" = "aws:ResourceTag",
): { readonly StringEquals: Readonly<Record<string, string>> } => ({
  StringEquals: { [`${key}/${TAGS.stack}`]: scope.stack },
});
