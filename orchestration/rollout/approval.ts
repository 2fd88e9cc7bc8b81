import { RepaveError } from "../domain/errors";
import type { RolloutPlan, Wave } from "../domain/rollout/model";
import type { RolloutState } from "../domain/rollout/state";
import { plural } from "../domain/text/words";
import type { Conducting } from "./context";
import type { Approvals } from "./options";

const isNamed = (wave: Wave, { all, waves }: Approvals): boolean =>
  all || waves.includes(wave.name) || waves.includes(String(wave.number));

/** Throws `USAGE` for an approval of a wave that the rollout does not have. */
export function requireKnownWaves({ waves }: Pick<RolloutPlan, "waves">, approvals: Approvals): void {
  const known = waves.flatMap(({ name, number }) => [name, String(number)]);
  const unknown = approvals.waves.filter((wave) => !known.includes(wave));
  if (unknown.length > 0)
    throw new RepaveError(
      "USAGE",
      `--approve ${unknown.join(", ")}: the waves are ${waves.map(({ name }) => name).join(", ")}`,
    );
}

/**
 * Refuses to begin where nobody could approve a later wave: the fleets would be left in two states. Throws `CONFIRMATION_NEEDED`, before
 * anything is done.
 */
export function requireApprovable(plan: RolloutPlan, state: RolloutState | undefined, approvals: Approvals): void {
  if (approvals.canAsk) return;
  const waves = plan.waves.filter((wave) => {
    const known = state?.waves.find(({ wave: { number } }) => number === wave.number);
    return wave.approval === "person" && known?.begun !== true && known?.approvedBy === undefined;
  });
  const open = waves.filter((wave) => !isNamed(wave, approvals));
  if (open.length === 0) return;
  const names = open.map(({ name }) => name);
  throw new RepaveError(
    "CONFIRMATION_NEEDED",
    `${names.join(", ")} must be approved by a person, and standard input is not a terminal`,
    {
      next: `Run the command at a terminal, or approve with --approve ${names.map(quoted).join(" ")} (--yes: every wave).`,
    },
  );
}

const quoted = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `"${name}"`);

/** Whether the wave may start. What was agreed to is in the journal: it is asked once. */
export async function approve(wave: Wave, ctx: Conducting): Promise<boolean> {
  const { journal, approvals, prompt, operator } = ctx;
  const { number, name, stacks } = wave;
  if (wave.approval === "none" || journal.wave(number).approvedBy !== undefined) return true;
  const agreed =
    isNamed(wave, approvals) ||
    (await prompt.confirm(`Start wave ${number} (${name}: ${plural(stacks.length, "stack")}, ${stacks.join(", ")})?`));
  if (agreed) await journal.record({ event: "rollout.wave.approved", wave: number, by: operator });
  return agreed;
}
