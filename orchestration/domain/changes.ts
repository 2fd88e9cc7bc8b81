/** The diff gate: which changes of the stack a step may make. */

/** One resource that an update would change or has changed; properties by name, never by value. */
export interface ResourceChange {
  /** As the engine names it: `aws:autoscaling/group:Group`. */
  readonly type: string;
  readonly name: string;
  readonly op: "create" | "update" | "replace" | "delete" | "read" | "import" | "other";
  /** Input properties that differ, top level. */
  readonly properties: readonly string[];
}

/** Properties that an update may touch, by resource type. Everything else is refused. */
export type ChangeRules = Readonly<Record<string, readonly string[]>>;

/**
 * What each update of a run may change: `stage` puts a build into the template, `scale` moves capacity and pin, `abort` puts the
 * old build and the capacity back, `none` changes nothing. Which resources these are is known where the stack is.
 */
export type AllowedChanges = Readonly<Record<"stage" | "scale" | "abort" | "none", ChangeRules>>;

/** Sentences about every change that is not allowed; empty: none. */
export function unexpected(changes: readonly ResourceChange[], rules: ChangeRules): readonly string[] {
  return changes.flatMap((change) => {
    const known = rules[change.type];
    const surplus = change.properties.filter((property) => !(known ?? []).includes(property));
    if (change.op === "update" && known && surplus.length === 0) return [];
    const what = change.op === "update" && surplus.length > 0 ? `update (${surplus.join(", ")})` : change.op;
    return [`${what} of ${change.type} "${change.name}"`];
  });
}
