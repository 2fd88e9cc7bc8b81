/** Settings of the application: what a node has, what it was built from, and what the next build will give it. Pure. */

/**
 * A value: itself, or of a secret only a digest, which tells whether it is the same as another one that was read by the same command.
 * The secret stays on the node.
 */
export type SettingValue = { readonly plain: string } | { readonly digest: string };

/** By name; a setting that the application knows and that is not set is there without a value. */
export type Settings = Readonly<Record<string, SettingValue | undefined>>;

/** Settings whose values may be shown, as the stack's file has them. */
export type PlainSettings = Readonly<Record<string, string | undefined>>;

/** What a node has now and what its build gave it. */
export interface SettingsSinceBuild {
  /** As the application exports them now. */
  readonly now: Settings;
  /** As the build gave them to the node. */
  readonly built: Settings;
}

export interface NodeSettings extends SettingsSinceBuild {
  readonly instanceId: string;
}

/** A setting of one node that is not as its build made it. */
export interface Drift {
  readonly key: string;
  readonly instanceId: string;
}

/** What is known beforehand of the application's settings. */
export interface SettingFacts {
  /** Settings that the application has, as far as they are known. */
  readonly known: readonly string[];
  /** Whether a value is a secret, or may be one: what is neither known nor in the stack's file counts as a secret. */
  isSecret(key: string, value?: string, inStack?: readonly string[]): boolean;
  /** Values that the application has for a setting that nobody set, on a node with that build; all off is "0". */
  defaults(key: string, built: Settings): readonly string[];
  /** Settings that the application generates if the build has none. */
  readonly generated: readonly string[];
  /** Settings that must keep their value, and why. */
  readonly fixed: Readonly<Record<string, { readonly value: string; readonly because: string }>>;
  /** The setting that keeps Terraform runs off the machine's metadata service, and so off its role, and its value then. */
  readonly shield: { readonly key: string; readonly on: string };
  /** The setting that lists the startup checks whose failure keeps no node from starting; absent: every failure does. */
  readonly ignoredChecks?: string;
  /** The setting that names the application's bucket. */
  readonly bucket: string;
  /** Where a setting is changed, in a sentence, where no running node takes a change; absent: nodes take all. */
  readonly setElsewhere?: (key: string) => string;
}

/** Whether a setting has no value of its own. */
export const isUnset = (value: SettingValue | undefined): boolean =>
  value === undefined || ("plain" in value && value.plain === "");

/** The value where it may be shown; undefined for a secret, and for what is not set. */
export const plainOf = (value: SettingValue | undefined): string | undefined =>
  value !== undefined && "plain" in value ? value.plain : undefined;

const mark = (value: SettingValue): string => ("plain" in value ? `=${value.plain}` : `#${value.digest}`);

/** Every value that a setting may be in effect with: its own, or, where it has none, any that the application has for it. */
const inEffect = (key: string, value: SettingValue | undefined, built: Settings, facts: SettingFacts): Set<string> =>
  value === undefined || isUnset(value)
    ? new Set(["", ...facts.defaults(key, built)].map((plain) => mark({ plain })))
    : new Set([mark(value)]);

const meet = (one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> =>
  new Set([...one].filter((value) => other.has(value)));

/** Whether the node still has what its build gave it. A setting that this release does not know says nothing. */
function asBuilt(key: string, { now, built }: SettingsSinceBuild, facts: SettingFacts): boolean {
  if (!(key in now)) return true;
  const same = meet(inEffect(key, now[key], built, facts), inEffect(key, built[key], built, facts));
  return same.size > 0 || (isUnset(built[key]) && facts.generated.includes(key));
}

/** Every setting that was changed since the node was built, by whatever command. */
export function drifted(nodes: readonly NodeSettings[], facts: SettingFacts): readonly Drift[] {
  return nodes.flatMap((node) =>
    Object.keys(node.now)
      .sort()
      .filter((key) => !asBuilt(key, node, facts))
      .map((key) => ({ key, instanceId: node.instanceId })),
  );
}

/** Drift that the next build reverts: the stack has no value for it, or another. `kept` is the stack's `appConfig`. */
export function lostWith(nodes: readonly NodeSettings[], kept: PlainSettings, facts: SettingFacts): readonly Drift[] {
  return drifted(nodes, facts).filter(({ key, instanceId }) => {
    const node = nodes.find((each) => each.instanceId === instanceId);
    return !keeps(kept, key, node?.now[key]);
  });
}

/** Whether the stack's file has just this value, so that the next build keeps it. */
export const keeps = (kept: PlainSettings, key: string, now: SettingValue | undefined): boolean =>
  kept[key] !== undefined && kept[key] === (isUnset(now) ? "" : plainOf(now));

/**
 * Settings in which the nodes differ from each other. What each node's application generates for itself, because its build gives it no
 * value, is its own.
 */
export function differing(
  nodes: readonly Pick<NodeSettings, "now" | "built">[],
  facts: SettingFacts,
): readonly string[] {
  const keys = [...new Set(nodes.flatMap(({ now }) => Object.keys(now)))].sort();
  return keys.filter((key) => {
    if (facts.generated.includes(key) && nodes.every(({ built }) => isUnset(built[key]))) return false;
    const values = nodes.map(({ now, built }) => inEffect(key, now[key], built, facts));
    return values.reduce(meet, values[0] ?? new Set()).size === 0;
  });
}
