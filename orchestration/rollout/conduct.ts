import { asRepaveError, RepaveError } from "../domain/errors";
import type { RolloutFinished } from "../domain/rollout/events";
import type { RolloutPlan } from "../domain/rollout/model";
import { isThere, type WaveState } from "../domain/rollout/state";
import { approve, requireApprovable } from "./approval";
import { type Conducting, endedMeanwhile } from "./context";
import { RolloutJournal } from "./journal";
import type { Ending, RolloutOptions } from "./options";
import { soak } from "./soak";
import { repaveWave } from "./wave";

/**
 * Carries a rollout out, wave by wave, or continues the one that the file began. Never starts a stack after another failed. Throws before
 * anything is done: `ROLLOUT_RUNNING`, `ROLLOUT_CHANGED`, `ROLLOUT_UNREADABLE`, `CONFIRMATION_NEEDED`.
 */
export async function conduct(plan: RolloutPlan, options: RolloutOptions): Promise<RolloutFinished> {
  const { store } = options;
  const release = await store.hold();
  try {
    const journal = await RolloutJournal.open(plan, options);
    requireApprovable(plan, journal.state, options.approvals);
    await journal.begin(plan);
    const { id } = journal;
    const ctx: Conducting = { ...options, plan, journal, stopAsked: () => store.stopAsked(id) };
    return await journal.finish(await allWaves(ctx));
  } finally {
    await release();
  }
}

/** Walks the waves to the end, or to the first that does not go on. */
async function allWaves(ctx: Conducting): Promise<Ending> {
  for (const { number } of ctx.plan.waves) {
    const ended = await oneWave(number, ctx).catch((thrown: unknown) => stopped(thrown, ctx));
    if (ended) return ended;
  }
  return { outcome: "done" };
}

/** Undefined: the next wave may start. */
async function oneWave(number: number, ctx: Conducting): Promise<Ending | undefined> {
  const { journal, reporter } = ctx;
  const wave = (): WaveState => journal.wave(number);
  if (wave().soak === "passed") {
    reporter.emit({ event: "rollout.note", text: `wave ${number} (${wave().wave.name}) is done already` });
    return undefined;
  }
  const asked = await endedMeanwhile(ctx);
  if (asked) return asked;
  if (!wave().begun) {
    if (!(await approve(wave().wave, ctx)))
      return { outcome: "stopped", by: "declined", because: `wave ${number} (${wave().wave.name}) was not approved` };
    await journal.record({ event: "rollout.wave.started", wave: number, stacks: wave().wave.stacks });
  }
  const failed = (await repaveWave(number, ctx)) ?? (await endedMeanwhile(ctx));
  if (failed) return failed;
  if (!wave().stacks.every(isThere))
    throw new RepaveError("INTERNAL", `wave ${number} has stacks that were not repaved`);
  return soak(number, ctx);
}

/** What a thrown error means for the rollout. One that nobody foresaw is thrown again once it is on record. */
function stopped(thrown: unknown, { signal }: Conducting): Ending {
  const error = asRepaveError(thrown);
  if (signal.aborted || error.code === "INTERRUPTED") return { outcome: "interrupted", because: error.detail };
  return { outcome: "failed", because: error.message };
}
