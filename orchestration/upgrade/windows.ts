import { RepaveError } from "../domain/errors";
import { secondsFromOutage, secondsInAll } from "../domain/forecast";
import { hopRecord } from "../domain/journal";
import { describeFit, fitNow, type Fit } from "../domain/window/fitting";
import type { Plan } from "../domain/plan";
import { forecast } from "../run/pastRuns";
import { wasAccepted } from "../run/accepting";
import type { StepContext } from "../run/context";

/** Id of the risk that an operator accepts to start outside every window. */
export const WINDOW = "window";

type Looking = Pick<StepContext, "ports" | "policy">;

/** Whether the whole run, or what is left of it from the outage on, fits into the window that is open now. */
export async function lookAhead({ ports, policy }: Looking, plan: Plan, what: "all" | "outage"): Promise<Fit> {
  // Without windows there is no need to read earlier journals.
  if (policy.calendar.windows.length + policy.calendar.freezes.length === 0) return { fits: true, until: Infinity };
  const past = await forecast(ports.store);
  const seconds = what === "all" ? secondsInAll(past, plan) : secondsFromOutage(past, plan);
  return fitNow(policy.calendar, ports.clock.now(), seconds * 1000);
}

/** The latest moment for an outage to begin in the window that is open now; Infinity: there is no end; undefined: it is closed. */
export async function latestOutage(looking: Looking, plan: Plan): Promise<number | undefined> {
  const { ports, policy } = looking;
  const open = fitNow(policy.calendar, ports.clock.now(), 0);
  return open.fits ? open.until - secondsFromOutage(await forecast(ports.store), plan) * 1000 : undefined;
}

/**
 * The last check before nodes are terminated: an outage starts only if the rest fits into the window. A started outage is always finished, so only
 * the first outage of a run is asked about. Throws `WINDOW_CLOSING`.
 */
export async function requireWindow(ctx: StepContext): Promise<void> {
  const { policy, plan, run, hopIndex, overrides } = ctx;
  if (hopIndex > 0 || hopRecord(run.state, hopIndex).zeroAsked === true) return;
  const seen = await lookAhead(ctx, plan, "outage");
  if (seen.fits) return;
  const accepted = overrides.find(({ id }) => id === WINDOW);
  if (!accepted) throw new RepaveError("WINDOW_CLOSING", describeFit(seen, policy.calendar));
  if (!wasAccepted(ctx, WINDOW)) await run.record({ event: "override.used", ...accepted });
}
