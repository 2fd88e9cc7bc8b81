/** What a resource's properties are made of, once the engine's wrappers are off. */
export type Value = null | boolean | number | string | readonly Value[] | Props;

export interface Props {
  readonly [key: string]: Value | undefined;
}

/** A place in a property tree: keys of objects, indices of lists. */
export type Path = readonly (string | number)[];

/** How the engine writes a value that is not known before the update (a preview's outputs). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

export const isProps = (value: Value | undefined): value is Props =>
  typeof value === "object" && value !== null && !isList(value);

/** What an API takes for "not given": Terraform's zero values. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (isList(value)) return value.length === 0;
  return isProps(value) && Object.values(value).every((each) => each === undefined);
}

/** Without the keys that say nothing. */
export function defined(props: Props): Record<string, Value> {
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(props)) if (value !== undefined && value !== null) kept[key] = value;
  return kept;
}

export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
}

/** One spelling for equal values: keys in order, nothing undefined. */
export function canonical(value: Value | undefined): string {
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  if (isProps(value)) {
    const entries = Object.entries(defined(value)).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

export const equal = (a: Value | undefined, b: Value | undefined): boolean => canonical(a) === canonical(b);

/** A path as the engine writes it: `launchTemplate.version`, `tags["tfe-repave:stack"]`, `subnets[1]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

export function parsePath(text: string): Path {
  return [...text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, key]) =>
    index === undefined ? (quoted?.replaceAll(/\\(.)/g, "$1") ?? key ?? "") : Number(index),
  );
}

export function valueAt(root: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((at, step) => {
    if (typeof step === "number") return isList(at) ? at[step] : undefined;
    return isProps(at) ? at[step] : undefined;
  }, root);
}

/** The same tree with another value at one place; `undefined` takes the place away. Places that are not there stay so. */
export function withValueAt(root: Value | undefined, path: Path, value: Value | undefined): Value | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isList(root) && typeof step === "number") {
    return root.flatMap((each, index) => {
      const changed = index === step ? withValueAt(each, rest, value) : each;
      return changed === undefined ? [] : [changed];
    });
  }
  if (!isProps(root) || typeof step === "number") return root;
  if (rest.length > 0 && root[step] === undefined) return root;
  return { ...root, [step]: withValueAt(root[step], rest, value) };
}
