import { addFaults, checkFaults } from "../../../lab/faults";
import type { Fault, Instance, RegionState } from "../../../lab/region/model";
import { type LabEstate, type EstateOptions, GROUP, NO_JOBS, script, started } from "../estate";

export const DRAIN = "/usr/local/bin/replicated admin --no-tty node-drain";
/** In both, `node-drain` waits for the jobs. */
export const [OLD, NEW] = [781, 787] as const;

export function add(state: RegionState, ...wishes: readonly unknown[]): void {
  addFaults(state, checkFaults(wishes));
}

/** Two started nodes on which no job comes by itself, which nobody replaces, and what is to go wrong with them. */
export function faulty(wishes: readonly unknown[], options: EstateOptions = {}): LabEstate {
  const lab = started({ count: 2, text: script(OLD), timings: NO_JOBS, ...options });
  lab.region.suspendProcesses(GROUP, ["HealthCheck"]);
  add(lab.region.state, ...wishes);
  lab.pass(0);
  return lab;
}

export function theFault({ region }: LabEstate, name: string): Fault {
  const fault = region.state.faults.find((each) => each.name === name);
  if (!fault) throw new Error(`There is no fault ${name}.`);
  return fault;
}

/** What a fault did, without the ids of instances. */
export const did = (lab: LabEstate, name: string): string[] =>
  theFault(lab, name).record.map(({ what }) => what.replaceAll(/i-0[0-9a-f]{16}/g, "i"));

export const exists = ({ state }: Instance): boolean => state !== "terminated";

/** Scales to zero and waits for the last instance to go. */
export function toZero(lab: LabEstate): void {
  lab.scale(0);
  lab.until(() => !lab.region.state.instances.some(exists));
}

/** Goes by way of zero to one node of the next release, just launched. */
export function toOne(lab: LabEstate): Instance {
  toZero(lab);
  lab.pin(script(NEW));
  lab.scale(1);
  lab.until(() => lab.members().some(exists));
  return newest(lab);
}

export function newest({ region }: LabEstate): Instance {
  const instance = region.state.instances.at(-1);
  if (!instance) throw new Error("There is no instance.");
  return instance;
}

/** What was read from a file again is the same as what was written. */
export const rewritten = (state: RegionState): RegionState => JSON.parse(JSON.stringify(state)) as RegionState;
