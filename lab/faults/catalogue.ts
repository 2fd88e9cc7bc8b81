import type { Entry } from "./entry";
import { CALL_FAULTS } from "./kinds/calls";
import { COMMAND_FAULTS } from "./kinds/commands";
import { CONTAINER_FAULTS } from "./kinds/containers";
import { DRAIN_FAULTS } from "./kinds/drains";
import { INSTANCE_FAULTS } from "./kinds/instances";
import { INTERFERENCE } from "./kinds/interference";
import { NODE_FAULTS } from "./kinds/nodes";
import { RUN_FAULTS } from "./kinds/runs";
import { SCALING_SURROUNDINGS } from "./kinds/scaling";
import { SURROUNDINGS } from "./kinds/surroundings";
import { UPDATE_FAULTS } from "./kinds/updates";

/** Everything that can be made to go wrong, by the name that scripts, flags, tests and the README give it. */
const FAULTS = {
  ...CALL_FAULTS,
  ...DRAIN_FAULTS,
  ...COMMAND_FAULTS,
  ...INSTANCE_FAULTS,
  ...NODE_FAULTS,
  ...RUN_FAULTS,
  ...INTERFERENCE,
  ...UPDATE_FAULTS,
  ...SURROUNDINGS,
  ...SCALING_SURROUNDINGS,
  ...CONTAINER_FAULTS,
} as const satisfies Readonly<Record<string, Entry>>;

export type FaultName = keyof typeof FAULTS;

/** Faults that only keep a run from starting: preflight finds them, and nothing happens. */
export type Surrounding = keyof typeof SURROUNDINGS | keyof typeof SCALING_SURROUNDINGS;

/** Faults of nodes that run a container: on others they do nothing. */
export type ContainerFault = keyof typeof CONTAINER_FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export const CATALOGUE: Readonly<Record<FaultName, Entry>> = FAULTS;

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

export const isSurrounding = (name: FaultName): name is Surrounding =>
  Object.hasOwn(SURROUNDINGS, name) || Object.hasOwn(SCALING_SURROUNDINGS, name);

export const isContainerFault = (name: FaultName): name is ContainerFault => Object.hasOwn(CONTAINER_FAULTS, name);

/** Throws if a saved region contains a fault that this lab does not know. */
export function entryOf(name: string): Entry {
  if (!isFaultName(name)) throw new Error(`The saved region contains the unknown fault ${name}.`);
  return CATALOGUE[name];
}
