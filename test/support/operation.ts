import type { RunFinished } from "../../orchestration/domain/events";
import { operate, type Operation, type OperationOptions } from "../../orchestration/operations/operation";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import type { FleetSeen } from "../../orchestration/fleet/observe";
import { memoryRunStore } from "../fakes/runStore";
import type { World } from "../fakes/world";

let operations = 0;

/** What one process gives an operation. Operations of one test share `journals` to know of each other. */
export function operationOn(world: World, change: Partial<OperationOptions> = {}): OperationOptions {
  operations += 1;
  return {
    stack: "test",
    ports: world.ports(),
    journals: memoryRunStore(),
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
  change: Partial<OperationOptions> = {},
): Promise<RunFinished> => operate(prepare, operationOn(world, change));
