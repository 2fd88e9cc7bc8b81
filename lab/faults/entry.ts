import type { Fault, FaultEffect, Instance, Moment, RegionState } from "../region/model";

/** Something that a fault does to the region by itself. */
export interface Doing {
  /** Time at which it is due; default now. */
  readonly at?: number | undefined;
  /** Does it, and says what it did. */
  readonly act: () => string;
}

/** Undefined: there is no occasion yet; it is asked again whenever anything has happened. */
export type Act = (state: RegionState, fault: Fault) => Doing | undefined;

/** Whom a fault concerns; chosen when it begins, which waits until there is one. New: of a later template version than before. */
export type Target = "first-new" | "second-new" | "first-old" | "draining" | "leaving";

/** A fault's own settings by their names in the script; undefined: it finds the value itself. */
export type Settings = Readonly<Record<string, number | undefined>>;

/** One fault of the catalogue, with what holds unless the script says otherwise. */
export interface Entry {
  /** One sentence. */
  readonly does: string;
  /** The failure of the real world that it stands for. */
  readonly standsFor: string;
  readonly when: Moment;
  /** Seconds from the moment to the beginning; default none. */
  readonly after?: number;
  /** Seconds that it, or what it does, lasts. Absent: it has no duration. */
  readonly for?: number | "ever";
  /** How often it strikes. Absent: it cannot be counted, or is not to be repeated. */
  readonly times?: number | "any";
  readonly settings?: Settings;
  /** Operations of AWS that it meddles with, where it does not meddle with all. */
  readonly operations?: readonly string[];
  readonly target?: Target;
  readonly effect?: (settings: Settings, operations: readonly string[] | undefined) => FaultEffect;
  readonly act?: Act;
  /** It acts again and again while it lasts. */
  readonly repeats?: true;
  /** Puts right, at the end of its duration, what it did. */
  readonly undo?: (state: RegionState, fault: Fault) => void;
  /** What it does is somebody's act on the region and stands in the verdict. */
  readonly interferes?: true;
}

export const subjectOf = (state: RegionState, { subject }: Fault): Instance | undefined =>
  state.instances.find((instance) => instance.id === subject);

/** End of what a fault does now; undefined: it has none. */
export const lastsUntil = ({ now }: RegionState, { forMs }: Fault): number | undefined =>
  forMs === undefined ? undefined : now + forMs;
