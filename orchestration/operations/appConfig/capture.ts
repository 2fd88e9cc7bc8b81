import { RepaveError } from "../../domain/errors";
import { isUnset, lostWith, plainOf } from "../../domain/settings";
import { takeLease } from "../../run/leasing";
import { openRun } from "../../upgrade/upgrade";
import { operationId, requireNoRun, type OperationOptions } from "../operation";
import { compareSettings, requireKnown } from "./compare";

export interface Captured {
  /** The settings written to the stack file. */
  readonly settings: Readonly<Record<string, string>>;
  /** Settings that were changed on nodes and are secrets, or may be. They belong in the settings secret. */
  readonly secrets: readonly string[];
}

/**
 * Writes the nodes' settings into the stack's `appConfig`: the named ones, or all that the next build would lose. Throws `USAGE`
 * if the nodes differ in a value or a secret was named, `SETTING_UNKNOWN`, `RUN_UNFINISHED`, and `LEASE_HELD` because a run in
 * progress builds from that file.
 */
export async function captureSettings(
  keys: readonly string[],
  { ports, policy, signal, nonce }: Pick<OperationOptions, "ports" | "policy" | "signal" | "nonce">,
): Promise<Captured> {
  await requireNoRun(ports);
  const id = operationId("capture", ports.clock.now(), nonce);
  const { lease } = await takeLease({ ports, policy, signal, run: openRun(id, { ports, signal }) });
  try {
    const facts = ports.tfe.facts.settings;
    const { nodes, kept } = await compareSettings(ports);
    for (const key of keys) requireKnown(facts, nodes, key);
    const wanted = keys.length > 0 ? keys : [...new Set(lostWith(nodes, kept, facts).map(({ key }) => key))];
    const secrets = wanted.filter((key) =>
      nodes.some(({ now }) => !isUnset(now[key]) && plainOf(now[key]) === undefined),
    );
    if (keys.length > 0 && secrets.length > 0)
      throw new RepaveError("USAGE", `${secrets.join(", ")}: secrets belong in the settings secret, not in the stack`);
    const plain = wanted.filter((key) => !secrets.includes(key));
    const apart = plain.filter((key) => new Set(nodes.map(({ now }) => plainOf(now[key]) ?? "")).size > 1);
    if (apart.length > 0)
      throw new RepaveError(
        "USAGE",
        `the nodes differ in ${apart.join(", ")}: make them equal with \`app-config set\` first`,
      );
    const settings = Object.fromEntries(plain.map((key) => [key, plainOf(nodes[0]?.now[key]) ?? ""]));
    await ports.stack.keepAppConfig(settings);
    return { settings, secrets };
  } finally {
    await ports.store.release(lease);
  }
}
