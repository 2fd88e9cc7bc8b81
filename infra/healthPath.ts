/** What the load balancer asks of the nodes: the path of the active release, which is not always the configured one. */
import * as pulumi from "@pulumi/pulumi";
import type { Entrypoint } from "./components/entrypoint";
import type { StackConfig } from "./config/index";
import type { NodeKind } from "./nodes";
import { derive } from "./refusal";

/** What the load balancer asks. One that keeps its path tells it itself. */
export function healthPathOf(
  config: StackConfig,
  { healthPath }: NodeKind,
  entrypoint: Entrypoint | undefined,
): pulumi.Output<string> {
  const path = config.healthPath ?? healthPath.path;
  if (entrypoint === undefined || !keepsHealthPath(config, healthPath)) return pulumi.output(path);
  return derive(entrypoint.targetGroup.healthCheck, (check) => check.path);
}

/** The configured release may be a staged one, with a path that the active nodes do not have. */
export const keepsHealthPath = (config: StackConfig, { varies }: NodeKind["healthPath"]): boolean =>
  varies && config.healthPath === undefined;
