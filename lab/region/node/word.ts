import type { Instance } from "../model";
import { scriptOf } from "./userData";

/**
 * Whether the instance's user data end with a node that is only prepared: they ask the instance metadata for a tag, the metadata show
 * tags, and that one is there.
 */
export function waitsForWord(instance: Instance): boolean {
  const asked = /meta-data\/tags\/instance\/(?<key>[\w:-]+)/.exec(scriptOf(instance))?.groups?.["key"];
  return asked !== undefined && instance.showsTags === true && Object.hasOwn(instance.tags, asked);
}

/** Whether it was launched outside of any group, and nobody has told it to start. */
export const isUntold = ({ isLaunchedAlone, node }: Instance): boolean =>
  isLaunchedAlone === true && node.toldAt === undefined;
