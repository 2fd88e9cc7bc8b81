import { closest } from "fastest-levenshtein";
import { RepaveError } from "../../domain/errors";
import type { NodeSettings } from "../../domain/settings";

/** Throws `SETTING_UNKNOWN`, with the nearest, for a setting that a node's application does not have. */
export function requireKnown(nodes: readonly Pick<NodeSettings, "instanceId" | "now">[], key: string): void {
  for (const { instanceId, now } of nodes) {
    if (key in now) continue;
    throw new RepaveError(
      "SETTING_UNKNOWN",
      `${key} on ${instanceId}; the nearest is ${closest(key, Object.keys(now))}`,
    );
  }
}
