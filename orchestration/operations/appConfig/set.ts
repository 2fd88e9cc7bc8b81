import { RepaveError } from "../../domain/errors";
import type { SettingFacts } from "../../domain/settings";
import { exported } from "../../fleet/drift";
import type { FleetSeen } from "../../fleet/observe";
import type { Ports } from "../../run/context";
import { address } from "../../fleet/sight";
import { namesOf } from "../choice";
import { isSecret } from "../masking";
import type { Operation } from "../operation";
import { restartable, restartEach } from "../restart";
import { requireKnown } from "./compare";

/**
 * Sets one setting on every node, and restarts them one at a time through the gate. A node is set only when the one before has
 * come back with the value: one that the application cannot live with costs one node. A node that is not healthy comes first,
 * so that such a value can be taken back by the same command.
 * Throws `USAGE`, `SETTING_UNKNOWN`, and `NODE_NOT_READY` where a node must not be restarted now.
 */
export async function setOn(
  seen: FleetSeen,
  ports: Pick<Ports, "tfe">,
  change: { readonly key: string; readonly value: string },
): Promise<Operation> {
  const { key, value } = change;
  requireSettable(ports.tfe.facts.settings, key, value);
  const nodes = restartable(seen, undefined);
  requireKnown(await Promise.all(nodes.map((node) => exported(ports, node))), key);
  const what = `et ${key} to ${JSON.stringify(value)} on ${namesOf(nodes)}`;
  return {
    name: "app-config",
    title: `s${what}`,
    nodes,
    question: `S${what}, and restart them one at a time?`,
    work: (ctx) =>
      restartEach(ctx, nodes, async ({ instance }) => {
        const node = address(instance);
        await ctx.ports.tfe.setAppConfig(node, key, value);
        const now = (await ctx.ports.tfe.appConfig(node))[key] ?? "";
        if (now !== value) throw new RepaveError("VERIFY_FAILED", `${instance.id}: ${key} is not what it was set to`);
        const text = `${key} is set to ${JSON.stringify(value)}`;
        ctx.run.tell({ event: "note", instanceId: instance.id, text });
      }),
  };
}

function requireSettable(facts: SettingFacts, key: string, value: string): void {
  if (isSecret(facts, key, value)) {
    throw new RepaveError(
      "USAGE",
      `${key} is a secret, or may hold one, and would be seen in process lists and histories: ` +
        "put it into the settings secret; the next repave brings it",
    );
  }
  const fixed = facts.fixed[key];
  if (fixed !== undefined && value !== fixed.value)
    throw new RepaveError("USAGE", `${key} must stay ${JSON.stringify(fixed.value)}: ${fixed.because}`);
  if (/[\r\n\0]/.test(value)) throw new RepaveError("USAGE", `${key}: the value must be on one line`);
}
