import type { SettingValue } from "../../domain/settings";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Ports } from "../../run/context";
import { exported } from "../../fleet/drift";
import { observeFleet } from "../../fleet/observe";
import { address } from "../../fleet/sight";
import { chosen } from "../choice";
import { requireKnown } from "./compare";

/** The settings of one node. */
export interface ShownSettings {
  readonly instanceId: string;
  readonly address: NodeAddress;
  /** The settings that are set. With one key requested: that one, or undefined if it is not set. */
  readonly settings: Readonly<Record<string, SettingValue | undefined>>;
}

export interface GetRequest {
  readonly key: string | undefined;
  readonly nodes: readonly string[] | undefined;
}

/** Reads the settings of each node, or one of them. Throws `SETTING_UNKNOWN`, and the error of a node that cannot be read. */
export async function getSettings(
  ports: Pick<Ports, "stack" | "fleet" | "tfe">,
  { key, nodes: ids }: GetRequest,
): Promise<readonly ShownSettings[]> {
  const named = chosen(await observeFleet(ports), ids);
  const plain = Object.keys(await ports.stack.appConfig());
  const request = key === undefined ? { plain } : { plain, keys: [key] };
  const nodes = await Promise.all(
    named.map(async (node) => ({ ...(await exported(ports, node, request)), address: address(node.instance) })),
  );
  if (key !== undefined) requireKnown(ports.tfe.facts.settings, nodes, key);
  return nodes.map(({ now, ...node }) => {
    const keys = Object.keys(now).filter((each) => each === key || now[each] !== undefined);
    return { ...node, settings: Object.fromEntries(keys.sort().map((each) => [each, now[each]])) };
  });
}
