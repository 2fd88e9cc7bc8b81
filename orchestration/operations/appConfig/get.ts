import type { Ports } from "../../run/context";
import { exported } from "../../fleet/drift";
import { observeFleet } from "../../fleet/observe";
import { chosen } from "../choice";
import { masked } from "../masking";
import { requireKnown } from "./compare";

/** Settings of one node as they may be shown. */
export interface ShownSettings {
  readonly instanceId: string;
  /** Those that are set; with one key asked for, that one, set (text) or not (null). */
  readonly settings: Readonly<Record<string, string | null>>;
}

export interface GetRequest {
  readonly key: string | undefined;
  readonly nodes: readonly string[] | undefined;
  /** Show secrets, too. */
  readonly reveal: boolean;
}

/** What each node's application says of its settings. Throws `SETTING_UNKNOWN`, and what keeps a node from being asked. */
export async function getSettings(
  ports: Pick<Ports, "stack" | "fleet" | "tfe">,
  request: GetRequest,
): Promise<readonly ShownSettings[]> {
  const { key, reveal } = request;
  const facts = ports.tfe.facts.settings;
  const named = chosen(await observeFleet(ports), request.nodes);
  const nodes = await Promise.all(named.map((node) => exported(ports, node)));
  if (key !== undefined) requireKnown(nodes, key);
  return nodes.map(({ instanceId, now }) => {
    const keys = key === undefined ? Object.keys(now).filter((each) => now[each] !== undefined) : [key];
    const shown = keys
      .sort()
      .map((each) => [each, (reveal ? now[each] : masked(facts, each, now[each])) ?? null] as const);
    return { instanceId, settings: Object.fromEntries(shown) };
  });
}
