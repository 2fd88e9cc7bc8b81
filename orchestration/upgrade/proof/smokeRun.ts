import { RepaveError, type ErrorCode } from "../../domain/errors";
import type { RunEvent } from "../../domain/events";
import { causeOf, quoted, wordsIn } from "../../domain/proof/explain";
import { isOver, progressOf, type TerraformRun } from "../../domain/proof/smoke";
import { duration } from "../../domain/text/words";
import type { Clock } from "../../ports/clock";
import type { SmokeRuns } from "../../ports/smokeRuns";
import type { Policy } from "../../run/policy";
import { waitFor } from "../../run/wait";

export interface SmokeContext {
  readonly smokeRuns: SmokeRuns;
  readonly clock: Clock;
  readonly limits: Policy["smoke"];
  readonly signal: AbortSignal;
  readonly tell: (event: RunEvent) => void;
}

export interface SmokeWish {
  /** Message of the run: one that is there already is followed, and no second one is queued. */
  readonly mark: string;
  /** Beginning of the messages of runs that an earlier try may have left: they are ended. */
  readonly earlier: string;
  readonly applies: boolean;
  /** Called once it is known that the run exists. */
  readonly queued: (run: TerraformRun) => Promise<void>;
}

export interface SmokeResult {
  /** Undefined: none was queued. */
  readonly run: TerraformRun | undefined;
  readonly passed: boolean;
  readonly seconds: number;
  /** Why it did not pass, with the run's own words and what they mean. */
  readonly words?: string;
}

/** What the application says no to, or does not say at all, is how a smoke run fails. Everything else is not about it. */
const FAILURES: readonly ErrorCode[] = ["TFE_API_UNAVAILABLE", "TFE_API_REFUSED", "SMOKE_FAILED", "AWS_REFUSED"];

/**
 * Makes a smoke run, or follows the one that is there, to its end. It resolves to how that was; it throws what is not about the run: an
 * interruption, a lost lease, credentials. A run that does not end in time is ended, and no other run is touched.
 */
export async function makeSmokeRun(ctx: SmokeContext, wish: SmokeWish): Promise<SmokeResult> {
  const { smokeRuns, clock } = ctx;
  const since = clock.monotonic();
  const seconds = (): number => Math.round((clock.monotonic() - since) / 100) / 10;
  const known: { run?: TerraformRun } = {};
  try {
    const run = await followed(ctx, wish, known);
    if (progressOf(run) === "passed") return { run, passed: true, seconds: seconds() };
    return { run, passed: false, seconds: seconds(), words: await wordsOf(smokeRuns, run) };
  } catch (error) {
    if (!(error instanceof RepaveError) || !FAILURES.includes(error.code) || ctx.signal.aborted) throw error;
    const { run } = known;
    // It must not run some time later, when nobody expects it.
    if (run && !isOver(run)) await smokeRuns.end(run.id).catch(() => undefined);
    const cause = causeOf(error.detail);
    return { run, passed: false, seconds: seconds(), words: cause ? `${error.detail}. ${cause}` : error.detail };
  }
}

async function followed(ctx: SmokeContext, wish: SmokeWish, known: { run?: TerraformRun }): Promise<TerraformRun> {
  const { smokeRuns, clock, limits, signal } = ctx;
  let told = "";
  let isBlind = false;
  let confirmed = false;
  return waitFor(
    clock,
    {
      ...limits,
      signal,
      late: () => new RepaveError("SMOKE_FAILED", tooLate(known.run, limits.timeoutMs)),
      blind: ({ detail }) => {
        if (!isBlind) ctx.tell({ event: "note", text: `the application's API does not answer; retrying (${detail})` });
        isBlind = true;
      },
    },
    async () => {
      const run = known.run ? await smokeRuns.look(known.run.id) : await queuedOnce(smokeRuns, wish);
      isBlind = false;
      if (!known.run) await wish.queued(run);
      known.run = run;
      if (told !== run.status) ctx.tell({ event: "progress", step: "smoke", text: `run ${run.id}: ${words(run)}` });
      told = run.status;
      const progress = progressOf(run);
      if (progress === "to be confirmed" && !confirmed) {
        await confirm(smokeRuns, run, wish.applies);
        confirmed = true;
      }
      if (progress === "unclear")
        throw new RepaveError("SMOKE_FAILED", `run ${run.id} waits for a person: ${words(run)}`);
      return isOver(run) ? run : undefined;
    },
  );
}

/** The run with this message. What an answer was lost of is found; what earlier tries left is ended. */
async function queuedOnce(smokeRuns: SmokeRuns, { mark, earlier, applies }: SmokeWish): Promise<TerraformRun> {
  const ours = await smokeRuns.find(earlier);
  for (const run of ours) if (run.message !== mark && !isOver(run)) await smokeRuns.end(run.id);
  return ours.find(({ message }) => message === mark) ?? smokeRuns.queue(mark, { applies });
}

/** A plan that would destroy something is not ours to apply. */
async function confirm(smokeRuns: SmokeRuns, run: TerraformRun, applies: boolean): Promise<void> {
  if (!applies)
    throw new RepaveError("SMOKE_FAILED", `run ${run.id} waits to be applied, and was asked for a plan alone`);
  const destroys = await smokeRuns.destroys(run.id);
  if (destroys > 0)
    throw new RepaveError("SMOKE_FAILED", `the plan of run ${run.id} would destroy ${destroys} resources: not applied`);
  await smokeRuns.confirm(run.id);
}

function tooLate(run: TerraformRun | undefined, timeoutMs: number): string {
  const after = duration(timeoutMs / 1000);
  if (!run) return `no run could be queued within ${after}`;
  const isWaiting = ["pending", "queuing", "plan_queued", "apply_queued"].includes(run.status);
  const why = isWaiting
    ? ": no worker takes it. Check on the node that workers start, reach Redis, and trust the certificate of the application"
    : "";
  return `run ${run.id} is still ${words(run)} after ${after}${why}`;
}

const words = ({ status }: TerraformRun): string => status.replaceAll("_", " ");

async function wordsOf(smokeRuns: SmokeRuns, run: TerraformRun): Promise<string> {
  const log = await smokeRuns.log(run.id).catch((error: unknown) => {
    const why = error instanceof RepaveError ? error.detail : String(error);
    return `its log cannot be read: ${why}`;
  });
  const said = wordsIn(log) ?? "its log says nothing";
  const cause = causeOf(said);
  return quoted(`run ${run.id} ${words(run)}: ${said}`) + (cause === undefined ? "" : `. ${cause}`);
}
