import type { Instance } from "../model";
import { filesOfContainerNode } from "./fdo/files";
import { filesOf as filesOfInstaller } from "./replicated/machine";

/** Text of a file that the build of a node left on the machine; undefined: there is none. */
export const fileOf = (instance: Instance, path: string): string | undefined =>
  (instance.node.image ? filesOfContainerNode : filesOfInstaller)(instance)[path];
