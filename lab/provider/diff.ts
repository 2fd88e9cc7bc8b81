import type { Field, Fields } from "./noun";
import {
  canonical,
  defined,
  equal,
  formatPath,
  isEmpty,
  isList,
  isProps,
  type Path,
  type Props,
  type Value,
} from "./value";

/** One place where what is wanted differs from what is. */
export interface Difference {
  readonly path: string;
  /** The top-level input. */
  readonly input: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/**
 * Differences between the recorded state (outputs, as last observed) and the wanted inputs. As in Terraform's own rules, an input that
 * the program leaves out is a deletion where the state has something, unless the world may fill it in.
 */
export function differences(fields: Fields, state: Props, inputs: Props): readonly Difference[] {
  return Object.entries(fields).flatMap(([input, field]) => {
    const was = state[input];
    const wanted = inputs[input];
    if (isEmpty(wanted) && isEmpty(was)) return [];
    if (wanted === undefined && field.computed === true) return [];
    return placesOf(field, was, wanted, [input]).map(({ path, kind }) => ({
      path: formatPath(path),
      input,
      kind,
      replaces: field.replaces === true,
    }));
  });
}

interface Place {
  readonly path: Path;
  readonly kind: Difference["kind"];
}

function placesOf(field: Field, was: Value | undefined, wanted: Value | undefined, path: Path): readonly Place[] {
  if (field.json === true && sameJson(was, wanted)) return [];
  if (field.set === true && isList(was) && isList(wanted)) return placesInSet(was, wanted, path);
  return placesIn(was, wanted, path, new Set(field.completes));
}

function placesIn(
  was: Value | undefined,
  wanted: Value | undefined,
  path: Path,
  completes: ReadonlySet<string>,
): readonly Place[] {
  if (equal(was, wanted)) return [];
  if (was === undefined || was === null) return [{ path, kind: "add" }];
  if (wanted === undefined || wanted === null) return [{ path, kind: "delete" }];
  if (isProps(was) && isProps(wanted)) {
    const keys = new Set([...Object.keys(defined(was)), ...Object.keys(defined(wanted))]);
    return [...keys].flatMap((key) => {
      if (wanted[key] === undefined && completes.has(key)) return [];
      return placesIn(was[key], wanted[key], [...path, key], completes);
    });
  }
  if (isList(was) && isList(wanted)) {
    const length = Math.max(was.length, wanted.length);
    return Array.from({ length }, (_, index) =>
      placesIn(was[index], wanted[index], [...path, index], completes),
    ).flat();
  }
  return [{ path, kind: "update" }];
}

function placesInSet(was: readonly Value[], wanted: readonly Value[], path: Path): readonly Place[] {
  const before = new Set(was.map(canonical));
  const after = new Set(wanted.map(canonical));
  const gone = was.flatMap((each, index): Place[] =>
    after.has(canonical(each)) ? [] : [{ path: [...path, index], kind: "delete" }],
  );
  const come = wanted.flatMap((each, index): Place[] =>
    before.has(canonical(each)) ? [] : [{ path: [...path, index], kind: "add" }],
  );
  // An element that takes the place of another is an update of that place.
  const comeAt = new Set(come.map((place) => formatPath(place.path)));
  const goneAt = new Set(gone.map((place) => formatPath(place.path)));
  return [
    ...come.map((place): Place => (goneAt.has(formatPath(place.path)) ? { ...place, kind: "update" } : place)),
    ...gone.filter((place) => !comeAt.has(formatPath(place.path))),
  ];
}

function sameJson(a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a !== "string" || typeof b !== "string") return false;
  try {
    return canonical(JSON.parse(a) as Value) === canonical(JSON.parse(b) as Value);
  } catch {
    return false;
  }
}

/**
 * The observed value in the program's own words: what the world filled in where the program said nothing is left out, and a
 * difference that means nothing is none. So a refresh shows drift and only drift.
 */
export function inWordsOf(field: Field, said: Value | undefined, observed: Value): Value {
  if (said === undefined) return observed;
  if (field.json === true && sameJson(said, observed)) return said;
  if (field.set === true && isList(said) && isList(observed) && placesInSet(said, observed, []).length === 0)
    return said;
  if (isProps(said) && isProps(observed) && field.completes !== undefined) {
    const filledIn = new Set(field.completes.filter((key) => said[key] === undefined));
    return Object.fromEntries(Object.entries(observed).filter(([key]) => !filledIn.has(key)));
  }
  return observed;
}
