import { RepaveError } from "../../domain/errors";
import { plainOf, type SettingFacts } from "../../domain/settings";
import { exported } from "../../fleet/drift";
import type { FleetSeen } from "../../fleet/observe";
import type { Ports } from "../../run/context";
import { address } from "../../fleet/sight";
import { namesOf } from "../choice";
import type { Operation } from "../operation";
import { restartable, restartEach } from "../restart";
import { requireKnown } from "./compare";

/**
 * Changes one setting on every node, and restarts the nodes one at a time through the gate. A node is changed only after the
 * previous one is healthy with the value, so a value that breaks the application costs one node. An unhealthy node comes first,
 * so the same command can change such a value back.
 * Throws `USAGE`, `SETTING_UNKNOWN`, `SETTING_NEEDS_REPAVE`, and `NODE_NOT_READY` if a node must not be restarted now.
 */
export async function setOn(
  seen: FleetSeen,
  ports: Pick<Ports, "tfe" | "stack">,
  change: { readonly key: string; readonly value: string },
): Promise<Operation> {
  const { key, value } = change;
  const facts = ports.tfe.facts.settings;
  const elsewhere = facts.setElsewhere?.(key);
  if (elsewhere !== undefined) throw new RepaveError("SETTING_NEEDS_REPAVE", elsewhere);
  const request = { keys: [key], plain: Object.keys(await ports.stack.appConfig()) };
  // A misspelt name is told as such, and not as one that may be a secret.
  if (facts.known.includes(key)) requireSettable(facts, change, request.plain);
  const nodes = restartable(seen, undefined);
  requireKnown(facts, await Promise.all(nodes.map((node) => exported(ports, node, request))), key);
  requireSettable(facts, change, request.plain);
  const what = `et ${key} to ${JSON.stringify(value)} on ${namesOf(nodes)}`;
  return {
    name: "app-config",
    title: `s${what}`,
    nodes,
    question: `S${what}, and restart them one at a time?`,
    work: (ctx) =>
      restartEach(ctx, nodes, async ({ instance }) => {
        const node = address(instance);
        await ctx.ports.tfe.setSetting(node, key, value);
        const now = plainOf((await ctx.ports.tfe.settings(node, request))[key]) ?? "";
        if (now !== value)
          throw new RepaveError("VERIFY_FAILED", `${instance.id}: ${key} does not have the value that was set`);
        const text = `${key} is set to ${JSON.stringify(value)}`;
        ctx.run.tell({ event: "note", instanceId: instance.id, text });
      }),
  };
}

function requireSettable(
  facts: SettingFacts,
  { key, value }: { readonly key: string; readonly value: string },
  inStack: readonly string[],
): void {
  if (facts.isSecret(key, value, inStack)) {
    const why = facts.known.includes(key)
      ? `${key} is a secret, or may hold one`
      : `${key} is not among the settings that are known not to be secrets, and may be one`;
    throw new RepaveError(
      "USAGE",
      `${why}; the value would appear in process lists and shell history: ` +
        "put it into the settings secret; the next repave applies it",
    );
  }
  const fixed = facts.fixed[key];
  if (fixed !== undefined && value !== fixed.value)
    throw new RepaveError("USAGE", `${key} must stay ${JSON.stringify(fixed.value)}: ${fixed.because}`);
  if (/[\r\n\0]/.test(value)) throw new RepaveError("USAGE", `${key}: the value must be on one line`);
}
