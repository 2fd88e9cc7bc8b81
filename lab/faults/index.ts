import type { Fault, RegionState } from "../region/model";
import { serial } from "../region/random";
import { CATALOGUE } from "./catalogue";
import { conclude } from "./course";
import type { FaultRequest } from "./script";

export {
  type ContainerFault,
  FAULT_NAMES,
  isContainerFault,
  isSurrounding,
  type FaultName,
  type Surrounding,
} from "./catalogue";
export { checkFaults, FaultScriptError, parseFaults, type FaultRequest } from "./script";

/** Adds faults to the region. One that is there already, the same in everything, and has not ended is not added again. */
export function addFaults(state: RegionState, requests: readonly FaultRequest[]): void {
  for (const request of requests) {
    const fault = newFault(state, request);
    const wish = wishOf(fault);
    if (!state.faults.some((other) => other.status !== "ended" && wishOf(other) === wish)) state.faults.push(fault);
  }
}

/** From now on exactly these: one that is there already and has not ended goes on, all others end. */
export function setFaults(state: RegionState, requests: readonly FaultRequest[]): void {
  const wished = new Set(requests.map((request) => wishOf(newFault(state, request))));
  const kept = state.faults.filter((fault) => fault.status !== "ended" && wished.has(wishOf(fault)));
  state.faults = state.faults.filter((fault) => !kept.includes(fault));
  clearFaults(state);
  state.faults = kept;
  addFaults(state, requests);
}

/** Ends all faults, reverts what each would have reverted at its end, and forgets them. */
export function clearFaults(state: RegionState): void {
  for (const fault of state.faults) if (fault.status !== "ended") conclude(state, fault);
  state.faults = [];
}

function newFault(state: RegionState, request: FaultRequest): Fault {
  const { fault: name, when, after, times, operations } = request;
  const entry = CATALOGUE[name];
  const lasts = request.for ?? entry.for ?? "ever";
  const settings = Object.fromEntries(
    Object.entries(entry.settings ?? {}).map(([key, usual]) => [
      key,
      request[key as "every" | "seconds" | "capacity" | "release"] ?? usual,
    ]),
  );
  return {
    id: serial(state),
    name,
    addedAt: state.now,
    when: when ?? entry.when,
    afterMs: (after ?? entry.after ?? 0) * 1000,
    forMs: lasts === "ever" ? undefined : lasts * 1000,
    times: times ?? (entry.times === "any" ? undefined : entry.times),
    settings,
    effect: entry.effect?.(settings, operations ?? entry.operations),
    status: "waiting",
    baseline: undefined,
    subject: undefined,
    cameAt: undefined,
    beganAt: undefined,
    endedAt: undefined,
    seen: 0,
    lost: [],
    struck: 0,
    record: [],
  };
}

const wishOf = ({ name, when, afterMs, forMs, times, settings, effect }: Fault): string =>
  JSON.stringify([name, when, afterMs, forMs, times, settings, effect]);
