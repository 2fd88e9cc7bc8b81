/** Settings of the application: what a node has, what it was built from, and what the next build will give it. Pure. */

/** By name; a setting that the application knows and that is not set is there without a value. */
export type Settings = Readonly<Record<string, string | undefined>>;

export interface NodeSettings {
  readonly instanceId: string;
  /** As the application exports them now. */
  readonly now: Settings;
  /** As the build gave them to the node. */
  readonly built: Settings;
}

/** A setting of one node that is not as its build made it. */
export interface Drift {
  readonly key: string;
  readonly instanceId: string;
}

/** What is known beforehand of the application's settings. */
export interface SettingFacts {
  /** Values that the application exports for settings that nobody set. */
  readonly defaults: Settings;
  /** Settings that the application generates if the build has none. */
  readonly generated: readonly string[];
  /** Settings that are secrets, or may hold one. */
  readonly secrets: readonly string[];
  /** Settings that must keep their value, and why. */
  readonly fixed: Readonly<Record<string, { readonly value: string; readonly because: string }>>;
  /** The setting that names the application's bucket. */
  readonly bucket: string;
}

/** Off, or nothing: the same as not set. */
const isEmpty = (value: string | undefined): boolean => value === undefined || value === "" || value === "0";

/** Whether the node still has what its build gave it. A setting that this release does not know says nothing. */
function asBuilt(key: string, { now, built }: NodeSettings, { defaults, generated }: SettingFacts): boolean {
  const value = now[key];
  if (!(key in now) || value === built[key]) return true;
  if (isEmpty(value) && isEmpty(built[key])) return true;
  return isEmpty(built[key]) && (value === defaults[key] || generated.includes(key));
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
export function lostWith(nodes: readonly NodeSettings[], kept: Settings, facts: SettingFacts): readonly Drift[] {
  return drifted(nodes, facts).filter(({ key, instanceId }) => {
    const node = nodes.find((each) => each.instanceId === instanceId);
    return kept[key] !== (node?.now[key] ?? "");
  });
}

/** Settings in which the nodes differ from each other. */
export function differing(nodes: readonly Pick<NodeSettings, "now">[]): readonly string[] {
  const keys = [...new Set(nodes.flatMap(({ now }) => Object.keys(now)))].sort();
  return keys.filter((key) => new Set(nodes.map(({ now }) => now[key])).size > 1);
}
