import type { Deed } from "../region/deeds";
import { endFault, noteInterference, strike } from "../region/faultEffects";
import type { Fault, RegionState } from "../region/model";
import { entryOf } from "./catalogue";
import { type Doing, type Entry, subjectOf } from "./entry";
import { findTarget, MOMENTS } from "./moments";

/**
 * The course of each fault: it waits for its moment, then its delay, then for whom it concerns; it is active, and acts; it ends.
 * The region processes it before everything else that is due at the same time, so that no moment passes unseen.
 */
export function faultDeeds(state: RegionState): readonly Deed[] {
  return state.faults.flatMap((fault) => {
    if (fault.status === "ended") return [];
    if (fault.baseline === undefined && state.instances.length > 0) return [now(state, () => arm(state, fault))];
    const entry = entryOf(fault.name);
    if (fault.status === "waiting") {
      return MOMENTS[fault.when].hasCome(state, fault) ? [now(state, () => come(state, fault))] : [];
    }
    return fault.status === "due" ? beginning(state, fault, entry) : active(state, fault, entry);
  });
}

const now = (state: RegionState, act: () => void): Deed => ({ at: state.now, act });

function arm(state: RegionState, fault: Fault): void {
  fault.baseline = Math.max(...state.instances.map((instance) => instance.launchTemplateVersion));
}

function come(state: RegionState, fault: Fault): void {
  fault.status = "due";
  fault.cameAt = state.now;
}

function beginning(state: RegionState, fault: Fault, { target }: Entry): Deed[] {
  const at = (fault.cameAt ?? state.now) + fault.afterMs;
  // Before the delay is over nobody is looked for: who is there then counts.
  if (at > state.now) return [{ at, act: () => undefined }];
  const found = target && findTarget(state, fault, target);
  if (target && !found) return [];
  return [now(state, () => begin(state, fault, found?.id))];
}

function begin(state: RegionState, fault: Fault, subject: string | undefined): void {
  fault.status = "active";
  fault.beganAt = state.now;
  fault.subject = subject;
}

function active(state: RegionState, fault: Fault, entry: Entry): Deed[] {
  const lasts = fault.effect !== undefined || entry.repeats === true;
  const until = lasts && fault.forMs !== undefined ? (fault.beganAt ?? state.now) + fault.forMs : undefined;
  const end: Deed[] = until === undefined ? [] : [{ at: until, act: () => conclude(state, fault) }];
  if (entry.target && !subjectOf(state, fault)) return [now(state, () => endFault(state, fault))];
  const mayAct = entry.repeats === true || fault.struck < (fault.times ?? 1);
  const doing = mayAct ? entry.act?.(state, fault) : undefined;
  return doing ? [...end, { at: doing.at ?? state.now, act: () => perform(state, fault, entry, doing) }] : end;
}

function perform(state: RegionState, fault: Fault, entry: Entry, doing: Doing): void {
  const what = doing.act();
  strike(state, fault, what);
  if (entry.interferes) noteInterference(state, what);
  if (fault.effect === undefined && !entry.repeats && fault.struck >= (fault.times ?? 1)) endFault(state, fault);
}

/** Its time is over, or it was removed. */
export function conclude(state: RegionState, fault: Fault): void {
  if (fault.status === "active") entryOf(fault.name).undo?.(state, fault);
  endFault(state, fault);
}
