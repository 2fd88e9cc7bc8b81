import type { RegionState } from "./model";

/** Next number in [0, 1): mulberry32, whose whole memory is one integer of the state. */
function random(state: RegionState): number {
  state.random = (state.random + 0x6d2b79f5) >>> 0;
  let mixed = state.random;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** An integer between the two, both included. */
export function integer(state: RegionState, min: number, max: number): number {
  return min + Math.floor(random(state) * (max - min + 1));
}

/** `length` hexadecimal digits. */
export function hex(state: RegionState, length: number): string {
  return Array.from({ length }, () => integer(state, 0, 15).toString(16)).join("");
}

export function uuid(state: RegionState): string {
  return [8, 4, 4, 4, 12].map((length) => hex(state, length)).join("-");
}

/** The next of the region's own running numbers. */
export function serial(state: RegionState): number {
  return state.nextId++;
}
