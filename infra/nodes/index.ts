/** The nodes of a stack, as the rest of the program asks for them. */
import type { StackConfig } from "../config/index";
import { containerNode } from "./fdo/node";
import type { NodeKind } from "./kind";
import { replicatedNode } from "./replicated/node";

export type { NodeKind, ServiceFacts } from "./kind";

/** The kind of node that a configuration describes: an image's tag names a release that runs in a container. */
export const nodeKind = (config: StackConfig): NodeKind =>
  config.imageTag === undefined ? replicatedNode(config) : containerNode({ ...config, imageTag: config.imageTag });
