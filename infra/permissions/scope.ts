import type { StackConfig } from "../config/index";
import { TAGS } from "../contract";
import { dataName, resourceName } from "../names";
import type { RunStoreLocation } from "../runs/runStore";

/** With `services: build`, the names of what is built stand where they would be given: a star for what only AWS knows. */
export type ScopedConfig = StackConfig & { readonly settingsSecretArn: string };

/** What policies are narrowed to: one stack in one account and region. */
export interface Scope {
  readonly stack: string;
  readonly config: ScopedConfig;
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
  const { licenseSecretArn, targetGroupArn, certificateArn } = config;
  const secret = (config.settingsSecretArn ?? licenseSecretArn).split(":");
  const owner = targetGroupArn?.split(":") ?? certificateArn?.split(":") ?? secret;
  const built = dataName(stack);
  return {
    stack,
    config:
      config.settingsSecretArn === undefined
        ? {
            ...config,
            settingsSecretArn: [...owner.slice(0, 2), "secretsmanager", region ?? secret[3], accountId ?? owner[4]]
              .concat("secret", `${built}/settings-*`)
              .join(":"),
            databaseId: built,
            bucket: `${built}-*`,
          }
        : { ...config, settingsSecretArn: config.settingsSecretArn },
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

/** The former group, where the stack names one. */
export const formerGroupArn = (scope: Scope): readonly string[] => {
  const { formerGroup } = scope.config;
  return formerGroup === undefined
    ? []
    : [arn(scope, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${formerGroup}`)];
};

/** The group of targets that the stack is given, or the one that it builds: by its name, since AWS adds a hash. */
export const targetGroupArn = (scope: Scope): string =>
  scope.config.targetGroupArn ?? arn(scope, "elasticloadbalancing", `targetgroup/${resourceName(scope.stack)}/*`);

/** Holds for what carries the stack's tag; ids are not known before the build, and nodes come and go. */
export const taggedAsStack = (
  scope: Scope,
  key: "aws:ResourceTag" | "ssm:resourceTag" = "aws:ResourceTag",
): { readonly StringEquals: Readonly<Record<string, string>> } => ({
  StringEquals: { [`${key}/${TAGS.stack}`]: scope.stack },
});
