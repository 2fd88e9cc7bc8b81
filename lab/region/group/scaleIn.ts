import { cause, endActivity, startActivity } from "./activities";
import type { Group, Instance, RegionState } from "../model";

/** What scale-in does with an instance, and why. */
type TakeOut = (state: RegionState, group: Group, instance: Instance, why: string) => void;

/** An attempt that could end nothing is made again after this time. */
const TRY_AGAIN_AFTER = 60_000;

/** When the group tries: at once, or some time after an attempt that found every instance protected. */
export function scalesInAt(state: RegionState, group: Group, active: readonly Instance[]): number {
  const last = group.activities.at(-1);
  const isKept = active.every(({ protectedFromScaleIn }) => protectedFromScaleIn === true);
  return isKept && last?.description === KEPT && last.endedAt !== undefined
    ? last.endedAt + TRY_AGAIN_AFTER
    : state.now;
}

const KEPT = "Could not scale to desired capacity because all remaining instances are protected from scale-in.";

export function scaleIn(state: RegionState, group: Group, active: readonly Instance[], takeOut: TakeOut): void {
  const remaining = [...active];
  const victims: Instance[] = [];
  while (remaining.length > group.desired) {
    const free = remaining.filter(({ protectedFromScaleIn }) => protectedFromScaleIn !== true);
    if (free.length === 0) break;
    const victim = chooseVictim(free);
    victims.push(victim);
    remaining.splice(remaining.indexOf(victim), 1);
  }
  const why = cause(
    state,
    group,
    `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${active.length} to ${group.desired}`,
    ...victims.map((victim) => `instance ${victim.id} was selected for termination`),
  );
  for (const victim of victims) takeOut(state, group, victim, why);
  if (remaining.length > group.desired)
    endActivity(state, startActivity(state, group, KEPT, group.lastRequest), "Failed");
}

/** The default termination policy: unhealthy ones, then the fullest zone, the oldest template version, the oldest instance. */
function chooseVictim(instances: readonly Instance[]): Instance {
  const load = (zone: string) => instances.filter((instance) => instance.zone === zone).length;
  const health = (instance: Instance) => (instance.asgHealth === "Unhealthy" ? 0 : 1);
  return instances.reduce((victim, instance) => {
    const order =
      health(instance) - health(victim) ||
      load(victim.zone) - load(instance.zone) ||
      instance.launchTemplateVersion - victim.launchTemplateVersion ||
      instance.launchedAt - victim.launchedAt;
    return order < 0 ? instance : victim;
  });
}
