import { RepaveError } from "../domain/errors";
import { alive } from "../domain/fleet";
import { type Plan, target } from "../domain/plan";
import {
  type Asked,
  differencesFrom,
  isSamePlan,
  type Planned,
  type PlannedWorld,
  releasesOf,
  type SavedPlan,
} from "../domain/start/savedPlan";
import type { Place } from "../domain/start/place";
import { factsOf } from "../fleet/instances";
import type { FleetSeen } from "../fleet/observe";
import type { Ports } from "../run/context";
import { newestRun } from "../run/unfinished";
import { isThereAlready, makePlan, type Request } from "./planning";

/** What the world is compared by. */
interface Observing {
  readonly ports: Ports;
  readonly place: Place;
}

/** The facts of the world that a plan depends on, as they are now. */
export async function plannedWorld({ fleet, outputs }: FleetSeen, { ports, place }: Observing): Promise<PlannedWorld> {
  const { name, templateVersion: pinned, min, desired, max } = fleet.group;
  const [build, configuration] = await Promise.all([ports.stack.config(), ports.stack.fingerprint()]);
  const { release, ...rest } = build;
  return {
    place,
    group: { name, pinned, min, desired, max },
    latestTemplateVersion: outputs.latestTemplateVersion,
    nodes: alive(fleet)
      .map(factsOf)
      .sort((a, b) => a.instanceId.localeCompare(b.instanceId)),
    build: { ...rest, ...(release === undefined ? {} : { release }) },
    configuration,
  };
}

/** The plan with all that `upgrade` compares before it runs it. */
export async function savedPlan(
  plan: Plan,
  request: Request,
  seen: FleetSeen,
  observing: Observing,
): Promise<SavedPlan> {
  const { ports } = observing;
  return {
    madeAt: ports.clock.now(),
    madeBy: ports.startedBy,
    asked: askedIn(request),
    patch: request.patch === true,
    plan,
    world: await plannedWorld(seen, observing),
    releases: releasesOf(plan),
  };
}

const askedIn = ({ release, image, latest, maxAgeMs, smoke }: Request): Asked => ({
  ...(release === undefined ? {} : { release }),
  ...(latest === true ? { latest } : image === undefined ? {} : { image }),
  ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  ...(smoke === undefined ? {} : { smoke }),
});

/**
 * Returns whether the plan has been carried out already; otherwise the world is the one that it was made from. Throws `PLAN_OUTDATED`
 * with every difference by name.
 */
export async function isCarriedOut(planned: Planned, seen: FleetSeen, observing: Observing): Promise<boolean> {
  const { saved } = planned;
  const refused = await outdated(planned, seen, observing);
  if (!refused) return isThereAlready(saved.plan, seen, saved);
  const newest = await newestRun(observing.ports.store);
  if (newest && isSamePlan(newest.record.plan, saved.plan) && isThereAlready(saved.plan, seen, saved)) return true;
  throw refused;
}

/** Throws `PLAN_OUTDATED`, with every difference by name, where the world is not the one that the plan was made from. */
export async function requirePlannedWorld(planned: Planned, seen: FleetSeen, observing: Observing): Promise<void> {
  const refused = await outdated(planned, seen, observing);
  if (refused) throw refused;
}

async function outdated(
  { saved, again: command }: Planned,
  seen: FleetSeen,
  observing: Observing,
): Promise<RepaveError | undefined> {
  const now = await plannedWorld(seen, observing);
  const differences = differencesFrom(saved, now, again(saved, seen, observing.ports));
  if (differences.length === 0) return undefined;
  return new RepaveError("PLAN_OUTDATED", differences.join("; "), { next: `Make the plan again: ${command}` });
}

/** What the plan's goal would take now: a path that the release table no longer allows is not taken because a file says so. */
function again(
  { plan, patch }: SavedPlan,
  seen: FleetSeen,
  { tfe, clock }: Ports,
): Plan | { readonly impossible: string } {
  const { release, image } = target(plan);
  try {
    return makePlan({ stack: plan.stack, release, image, patch }, seen, tfe.packaging, clock.now());
  } catch (error) {
    if (error instanceof RepaveError && error.code === "PATH_ILLEGAL") return { impossible: error.detail };
    throw error;
  }
}
