import type { Ports } from "../../run/context";
import { exported } from "../../fleet/drift";
import { observeFleet } from "../../fleet/observe";
import { chosen } from "../choice";
import { masked } from "../masking";
import { requireKnown } from "./compare";

/** The settings of one node, with secrets masked. */
export interface ShownSettings {
  readonly instanceId: string;
  /** The settings that are set. With one key requested: that one, or null if it is not set. */
  readonly settings: Readonly<Record<string, string | null>>;
}

export interface GetRequest {
  readonly key: string | undefined;
  readonly nodes: readonly string[] | undefined;
  /** Show secrets as well. */
  readonly reveal: boolean;
}

/** Reads the settings of each node. Throws `SETTING_UNKNOWN`, and the error of a node that cannot be read. */
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
