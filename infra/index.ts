/** For `pulumi up`, which works with `infra/` as its folder: what is exported here becomes the stack's outputs. */
import path from "node:path";
import { tfeProgram } from "./program";

export const {
  groupName,
  launchTemplateId,
  latestTemplateVersion,
  activeTemplateVersion,
  releaseSequence,
  image,
  nodeCount,
  maxNodes,
  targetGroupArn,
  healthCheckUrl,
  transport,
  appConfig,
  airgap,
} = tfeProgram({ projectRoot: path.dirname(__dirname) });
