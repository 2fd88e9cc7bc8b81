import { plainOf } from "../../domain/settings";
import { appConfigDrift, readSettings, settingsApart } from "../../fleet/drift";
import { acceptable, type Check, type CheckContext, type Finding, INAPPLICABLE } from "./check";
import type { FleetSeen } from "../../fleet/observe";

/** Settings changed on the nodes by hand are not lost in the repave, and Terraform runs cannot act as a node. */
export const APP_CONFIG_CHECKS: readonly Check[] = [
  acceptable(
    "app-config",
    "the new build loses no changed setting",
    "`npm run app-config -- diff` shows the settings. Keep them with `capture` (secrets belong in the settings secret), or change them back.",
    // A move takes over what the nodes have now, whatever they were built with.
    (ctx, seen) => (ctx.plan.move ? settingsApart(ctx, seen) : appConfigDrift(ctx, seen)),
  ),
  acceptable(
    "run-isolation",
    "Terraform runs cannot reach the role of a node",
    "Switch it on again with `npm run app-config -- set`; the default of the stack is on.",
    runIsolation,
  ),
  acceptable(
    "startup-checks",
    "a node that fails a startup check does not start",
    "Fix the node, so that its settings can be read.",
    startupChecks,
  ),
];

/** Refuses nothing: whoever set it decided. But whoever starts the run is told, since the gate ends early for no failure that is ignored. */
async function startupChecks({ ports, run }: CheckContext, seen: FleetSeen): Promise<Finding> {
  const { ignoredChecks: key } = ports.tfe.facts.settings;
  if (key === undefined) return INAPPLICABLE;
  const { nodes, kept } = await readSettings(ports, seen, [key]);
  const found = [
    ...nodes.map(({ instanceId, now }) => [plainOf(now[key]), instanceId] as const),
    [kept[key], "every new node"] as const,
  ].flatMap(([list, where]) => (list === undefined || list.trim() === "" ? [] : [`${list} on ${where}`]));
  if (found.length === 0) return undefined;
  const held = `ignored by ${key}: ${found.join("; ")}. A node that fails one of these starts all the same`;
  run.tell({ event: "warning", text: `failed startup checks are ${held}` });
  return { held };
}

/**
 * A fleet that was built before the stack had this default gets it by the repave, and a stack that names it has decided: neither is
 * refused, and both are told.
 */
async function runIsolation({ ports, plan }: Pick<CheckContext, "ports" | "plan">, seen: FleetSeen): Promise<Finding> {
  // The other packaging has a guard of its own, which its build sets.
  if (plan.move) return INAPPLICABLE;
  const { key, on } = ports.tfe.facts.settings.shield;
  const { nodes, kept } = await readSettings(ports, seen, [key]);
  const without = nodes.filter(({ now }) => plainOf(now[key]) !== on);
  const idsOf = (some: typeof nodes): string => some.map(({ instanceId }) => instanceId).join(", ");
  const unknown = without.filter(({ now }) => !(key in now));
  if (without.length === 0) return undefined;
  // Nodes that other code built may have been given no value at all.
  if (unknown.length > 0 && plan.adoption === undefined)
    return `the application on ${idsOf(unknown)} does not know ${key}`;
  if (kept[key] !== on) return { held: `off, as tfe:appConfig says: every Terraform run can act as its node (${key})` };
  const changed = without.filter(({ built }) => plainOf(built[key]) === on);
  if (changed.length > 0) return `${key} was switched off on ${idsOf(changed)} since the node was built`;
  return {
    held:
      `not yet on ${idsOf(without)}; from this build on, Terraform runs cannot act as their node. ` +
      `If runs must, set ${key}: "0" in tfe:appConfig`,
  };
}
