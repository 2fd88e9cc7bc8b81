import type { Fault, FaultEffect, Instance, RegionState } from "./model";
import { osIsUp } from "./node/phases";
import { timestamp } from "./text";

/** Where the region's mechanisms and its servers ask whether a fault meddles with what they are about to do. */

type Kind = FaultEffect["kind"];
type EffectOf<K extends Kind> = Extract<FaultEffect, { readonly kind: K }>;

export interface Afflicting<K extends Kind> {
  readonly fault: Fault;
  readonly effect: EffectOf<K>;
}

/** A fault that strikes at every call is not written down each time. */
const RECORDED = 50;

/** Faults of a kind that are active now; of those that concern one instance, the ones that concern this one. */
export function inEffect<K extends Kind>(state: RegionState, kind: K, instanceId?: string): readonly Afflicting<K>[] {
  return state.faults.flatMap((fault) => {
    const { status, effect, subject } = fault;
    if (status !== "active" || effect?.kind !== kind) return [];
    if (subject !== undefined && subject !== instanceId) return [];
    return [{ fault, effect: effect as EffectOf<K> }];
  });
}

/** To be called when a fault has had its effect: notes it, and ends the fault where that was the last time. */
export function strike(state: RegionState, fault: Fault, what: string): void {
  fault.struck += 1;
  if (fault.record.length < RECORDED) fault.record.push({ at: state.now, what });
  if (fault.times !== undefined && fault.struck >= fault.times && fault.effect !== undefined) endFault(state, fault);
}

export function endFault(state: RegionState, fault: Fault): void {
  fault.status = "ended";
  fault.endedAt = state.now;
}

/** Somebody else than the product acted on the region: no violation, but the verdict cannot be read without it. */
export function noteInterference(state: RegionState, what: string): void {
  state.verdict.interference.push(`At ${timestamp(state.now)} ${what}.`);
}

/** Whether SSM and SSH reach the machine. */
export function isReachable(state: RegionState, instance: Instance): boolean {
  return osIsUp(instance) && inEffect(state, "unreachable", instance.id).length === 0;
}

/** Whether the region has no room for a machine now; notes that it was asked for. */
export function refusesLaunch(state: RegionState, instanceType: string): boolean {
  const [found] = inEffect(state, "no-capacity");
  if (found) strike(state, found.fault, `a launch of ${instanceType} found no capacity`);
  return found !== undefined;
}

/** Faults that are a schedule. */
const SCHEDULES: readonly string[] = ["scheduled-action", "office-hours"];

/** A change of capacity that stands in the group's schedule, as DescribeScheduledActions lists it. */
export function scheduledActions(state: RegionState): readonly { name: string; at: number; capacity: number }[] {
  return state.faults.flatMap(({ id, name, status, cameAt, afterMs, settings }) =>
    SCHEDULES.includes(name) && status === "due" && cameAt !== undefined
      ? [{ name: `office-hours-${id}`, at: cameAt + afterMs, capacity: settings["capacity"] ?? 0 }]
      : [],
  );
}
