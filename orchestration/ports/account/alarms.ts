/** An alarm as it is now. */
export interface AlarmSeen {
  readonly name: string;
  /** Undefined: there is no alarm of this name. */
  readonly state: "ok" | "alarm" | "no data" | undefined;
  /** Why it is in that state, in the words of whoever set it. */
  readonly reason: string;
}

/** Alarms of the site's own monitoring. Read-only. */
export interface Alarms {
  /** Those of these names, in this order. */
  look(names: readonly string[]): Promise<readonly AlarmSeen[]>;
}
