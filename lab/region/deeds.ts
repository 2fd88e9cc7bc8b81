import type { RegionState } from "./model";

/** Something that is to happen by itself at a time; a time that has passed means at once. */
export interface Deed {
  readonly at: number;
  readonly act: () => void;
}

/**
 * One thing that goes on by itself. It names the deeds that the state as it is now leads to; after each deed done all are named
 * anew, so none is ever out of date.
 */
export type Mechanism = (state: RegionState) => readonly Deed[];

/** The earliest deed; of those at the same time, the first named. */
export function nextDeed(state: RegionState, mechanisms: readonly Mechanism[]): Deed | undefined {
  let next: Deed | undefined;
  for (const mechanism of mechanisms) {
    for (const deed of mechanism(state)) {
      const at = Math.max(deed.at, state.now);
      if (!next || at < next.at) next = { at, act: deed.act };
    }
  }
  return next;
}
