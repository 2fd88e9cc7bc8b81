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
 * What each update of a run may change: `stage` puts a build into the template, `move` does the same and
 * lets the nodes read the secrets of another packaging, `scale` moves capacity and pin, `abort` puts the
 * old build and the capacity back, `none` changes nothing. `waiting`: what AWS applies in a maintenance window of its own, and every
 * preview shows until then; an operator may accept it. Which resources these are is known where the stack is.
 */
export type AllowedChanges = Readonly<Record<"stage" | "move" | "scale" | "abort" | "none" | "waiting", ChangeRules>>;

/** The check whose acceptance lets changes through that wait for their maintenance window. */
export const WAITING_CHANGES = "stack-waits";

/** A change that an operator accepted: this resource, and these properties of it. */
export type AcceptedChange = Pick<ResourceChange, "type" | "name" | "properties">;

/** Whether it is an update of these properties alone. One that does not say what it changes may change anything. */
const updatesOnly = ({ op, properties }: ResourceChange, allowed: readonly string[]): boolean =>
  op === "update" && properties.length > 0 && properties.every((property) => allowed.includes(property));

/** The changes among these that AWS may be holding back until a maintenance window: updates of such properties alone. */
export const waitingIn = (changes: readonly ResourceChange[], rules: ChangeRules): readonly ResourceChange[] =>
  changes.filter((change) => updatesOnly(change, rules[change.type] ?? []));

/** What a run has accepted of that kind. */
export const acceptedIn = (
  overrides: readonly { readonly id: string; readonly changes?: readonly AcceptedChange[] }[],
): readonly AcceptedChange[] => overrides.flatMap(({ id, changes = [] }) => (id === WAITING_CHANGES ? changes : []));

const isAccepted = (change: ResourceChange, accepted: readonly AcceptedChange[]): boolean =>
  accepted.some(
    ({ type, name, properties }) => type === change.type && name === change.name && updatesOnly(change, properties),
  );

/** Sentences about every change that is neither allowed nor accepted; empty: none. */
export function unexpected(
  changes: readonly ResourceChange[],
  rules: ChangeRules,
  accepted: readonly AcceptedChange[] = [],
): readonly string[] {
  return changes.flatMap((change) => {
    const allowed = rules[change.type] ?? [];
    if (updatesOnly(change, allowed) || isAccepted(change, accepted)) return [];
    const surplus = change.properties.filter((property) => !allowed.includes(property));
    return [inWords(change, surplus)];
  });
}

/** `update (nodeType) of aws:elasticache/replicationGroup:ReplicationGroup "redis"`. */
export function inWords({ op, type, name }: ResourceChange, properties: readonly string[]): string {
  const what = op === "update" && properties.length > 0 ? `update (${properties.join(", ")})` : op;
  return `${what} of ${type} "${name}"`;
}
