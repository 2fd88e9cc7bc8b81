import type { RunFinished } from "../../orchestration/domain/events";
import { operate, type Operation, type OperationOptions } from "../../orchestration/operations/operation";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import type { FleetSeen } from "../../orchestration/fleet/observe";
import type { RunStore } from "../../orchestration/ports/runStore";
import type { World } from "../fakes/world";

let operations = 0;

type Change = Partial<OperationOptions> & { readonly journals?: RunStore };

/** What one process gives an operation. Its journals are those of the world, unless others are given. */
export function operationOn(world: World, { journals, ...change }: Change = {}): OperationOptions {
  operations += 1;
  return {
    stack: "test",
    ports: { ...world.ports(), ...(journals ? { operations: journals } : {}) },
    policy: DEFAULT_POLICY,
    prompt: { confirm: () => Promise.resolve(true) },
    signal: new AbortController().signal,
    nonce: String(operations),
    ...change,
  };
}

/** One process giving the command once. */
export const perform = (
  world: World,
  prepare: (seen: FleetSeen) => Operation | Promise<Operation>,
  change: Change = {},
): Promise<RunFinished> => operate(prepare, operationOn(world, change));
