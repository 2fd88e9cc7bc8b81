import type { RunFinished } from "../../orchestration/domain/events";

import type { World } from "../fakes/world";
import { attempt } from "./attempt";

/** Nothing was touched, and nothing remembers that somebody tried. */
export async function expectUntouched(world: World): Promise<void> {
  expect(world.acts).toEqual([]);
  expect(world.group.suspended).toEqual([]);
  expect(await world.store.list()).toEqual([]);
  expect(await world.store.lease()).toBeUndefined();
}

export async function refused(world: World, request: Parameters<typeof attempt>[1] = {}): Promise<RunFinished> {
  const finished = await attempt(world, request);
  expect(finished.outcome).toBe("blocked");
  expect(world.told).toContain("Not started. Nothing was changed.");
  expect(world.of("run.failed").at(-1)?.fleet).toBe("unchanged");
  return finished;
}
