import { closest } from "fastest-levenshtein";
import { RepaveError } from "../../domain/errors";
import {
  differing,
  drifted,
  keeps,
  type NodeSettings,
  type SettingFacts,
  type SettingValue,
} from "../../domain/settings";
import type { Ports } from "../../run/context";
import { type FleetSettings, readSettings } from "../../fleet/drift";
import { observeFleet } from "../../fleet/observe";
import { chosen } from "../choice";

/** A setting in which nodes, their build and the stack differ. */
export interface Difference {
  readonly key: string;
  /** Value by instance id; undefined: not set. */
  readonly nodes: Readonly<Record<string, SettingValue | undefined>>;
  /** The value in the stack's `appConfig`. Undefined: not set. */
  readonly stack: string | undefined;
  /** Ids of the nodes on which the setting was changed since they were built. */
  readonly changedOn: readonly string[];
  readonly nodesDiffer: boolean;
  /** Every node has the stack's value, so the next build keeps it. */
  readonly kept: boolean;
}

export interface Compared extends FleetSettings {
  readonly differences: readonly Difference[];
}

/** Compares the nodes with each other, with what they were built from, and with the stack's file. */
export async function compareSettings(ports: Pick<Ports, "stack" | "fleet" | "tfe">): Promise<Compared> {
  const facts = ports.tfe.facts.settings;
  const { nodes, kept } = await readSettings(ports, { nodes: chosen(await observeFleet(ports), undefined) });
  const [apart, drift] = [differing(nodes, facts), drifted(nodes, facts)];
  const isKept = (key: string): boolean => nodes.every(({ now }) => keeps(kept, key, now[key]));
  const pending = Object.keys(kept).filter((key) => !isKept(key));
  const keys = [...new Set([...apart, ...drift.map(({ key }) => key), ...pending])].sort();
  const differences = keys.map((key) => ({
    key,
    nodes: Object.fromEntries(nodes.map(({ instanceId, now }) => [instanceId, now[key]])),
    stack: kept[key],
    changedOn: drift.filter((each) => each.key === key).map(({ instanceId }) => instanceId),
    nodesDiffer: apart.includes(key),
    kept: isKept(key),
  }));
  return { nodes, kept, differences };
}

/** Throws `SETTING_UNKNOWN`, with the nearest name, for a setting that a node's application does not have. */
export function requireKnown(
  facts: SettingFacts,
  nodes: readonly Pick<NodeSettings, "instanceId" | "now">[],
  key: string,
): void {
  for (const { instanceId, now } of nodes) {
    if (key in now) continue;
    const nearest = closest(key, [...new Set([...Object.keys(now), ...facts.known])]);
    throw new RepaveError(
      "SETTING_UNKNOWN",
      `${key} on ${instanceId}${nearest === key ? "" : `; the nearest is ${nearest}`}`,
    );
  }
}
