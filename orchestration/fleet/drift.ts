import { differing, drifted, lostWith, type NodeSettings, type PlainSettings } from "../domain/settings";
import { packagingBefore, type Plan } from "../domain/plan";
import type { SettingsRequest } from "../ports/tfe";
import type { Ports } from "../run/context";
import { factsIn } from "./healthPaths";
import type { FleetSeen, NodeSeen } from "./observe";
import { address } from "./sight";

/** Reads the current settings of a node. */
export const exported = async (
  { tfe }: Pick<Ports, "tfe">,
  { instance }: NodeSeen,
  request?: SettingsRequest,
): Promise<Pick<NodeSettings, "instanceId" | "now">> => ({
  instanceId: instance.id,
  now: await tfe.settings(address(instance), request),
});

/** Settings of a fleet, and what the stack's file keeps of them. */
export interface FleetSettings {
  readonly nodes: readonly NodeSettings[];
  readonly kept: PlainSettings;
}

/** Reads the settings, or some of them, of every node: the current ones and those it was built with. What the stack's file has is no secret. */
export async function readSettings(
  { tfe, stack }: Pick<Ports, "tfe" | "stack">,
  { nodes }: Pick<FleetSeen, "nodes">,
  keys?: readonly string[],
): Promise<FleetSettings> {
  const kept = await stack.appConfig();
  const request = { plain: Object.keys(kept), ...(keys && { keys }) };
  const read = nodes.map(async ({ instance }) => ({
    instanceId: instance.id,
    ...(await tfe.settingsSinceBuild(address(instance), request)),
  }));
  return { nodes: await Promise.all(read), kept };
}

/**
 * Says which settings a new build would lose. Names keys, never values: some settings are secrets.
 * A value that is only in the stack's file is not drift: that is how a setting is changed.
 */
export async function appConfigDrift(
  { ports }: { readonly ports: Pick<Ports, "tfe" | "stack"> },
  seen: FleetSeen,
): Promise<string | undefined> {
  const { nodes, kept } = await readSettings(ports, seen);
  const { settings: facts } = ports.tfe.facts;
  const apart = differing(nodes, facts);
  const lost = lostWith(nodes, kept, facts).map(({ key, instanceId }) => `${key} on ${instanceId}`);
  const sentences = [
    ...(apart.length > 0 ? [`the nodes differ in ${apart.join(", ")}`] : []),
    ...(lost.length > 0 ? [`changed since the node was built, and not in the stack: ${lost.join(", ")}`] : []),
  ];
  return sentences.join("; ") || undefined;
}

/**
 * Says in which settings a node that other code built differs from what a new node of the stack would have. Names keys, never values. What
 * keeps Terraform runs from the node's role is left to its own check: the stack has it on by default.
 */
export async function settingsOfOthers(
  { tfe, stack }: Pick<Ports, "tfe" | "stack">,
  { instance }: NodeSeen,
): Promise<string | undefined> {
  const read = await tfe.settingsOfNextBuild(address(instance), await stack.appConfig());
  const { settings: facts } = tfe.facts;
  const apart = drifted([{ ...read, instanceId: instance.id }], facts).filter(({ key }) => key !== facts.shield.key);
  if (apart.length === 0) return undefined;
  return `a new node would differ from ${instance.id} in ${apart.map(({ key }) => key).join(", ")}`;
}

/** Says in which settings the nodes of a fleet that moves differ: one of them is taken over for all. */
export async function settingsApart(
  { ports, plan }: { readonly ports: Pick<Ports, "tfe" | "stack">; readonly plan: Plan },
  seen: FleetSeen,
): Promise<string | undefined> {
  const { nodes } = await readSettings(ports, seen);
  const apart = differing(nodes, factsIn(ports.tfe, packagingBefore(plan)).settings);
  return apart.length === 0 ? undefined : `the nodes differ in ${apart.join(", ")}`;
}
