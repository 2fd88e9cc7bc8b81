import type { Instance } from "../model";
import { FDO_KIND, isContainerScript } from "./fdo/kind";
import type { NodeKind } from "./kind";
import { REPLICATED_KIND } from "./replicated/kind";
import { scriptOf } from "./userData";

/** How the user data of a node that begins to boot makes it run the application. */
export const kindToBe = (instance: Instance): NodeKind =>
  isContainerScript(scriptOf(instance)) ? FDO_KIND : REPLICATED_KIND;

/** How a node that has begun to boot runs the application. */
export const kindOf = ({ node }: Instance): NodeKind => (node.image ? FDO_KIND : REPLICATED_KIND);
