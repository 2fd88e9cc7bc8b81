import type { Instance, RegionState } from "../../region/model";
import type { Act } from "../entry";

/** An act on a node that serves, by its place in the order of launches. */
export function onNode(place: number, act: (instance: Instance, state: RegionState) => string): Act {
  return (state) => {
    const serving = state.instances.filter(({ node, state: is }) => is === "running" && node.phase === "started");
    const instance = serving[place];
    return instance && { act: () => act(instance, state) };
  };
}
