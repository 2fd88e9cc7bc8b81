import { createHash } from "node:crypto";
import { differences, inWordsOf, type Difference } from "./diff";
import { ResourceFailed } from "./failures";
import type { CheckFailure, Context, Noun } from "./noun";
import {
  defined,
  equal,
  isEmpty,
  isList,
  isProps,
  parsePath,
  UNKNOWN,
  valueAt,
  without,
  withValueAt,
  type Props,
  type Value,
} from "./value";

/** Where the check notes which inputs it put in itself, as bridged providers do. */
const DEFAULTS = "__defaults";

export interface Checked {
  readonly inputs: Props;
  readonly failures: readonly CheckFailure[];
}

/** Last part of a URN: the name in the program. */
const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** Puts in defaults and a name; says what is missing and what this simulation does not know. */
export function check(noun: Noun, program: Props, oldInputs: Props, context: Context): Checked {
  const given = without(defined(program), DEFAULTS);
  const added: Record<string, Value> = {};
  for (const [key, field] of Object.entries(noun.fields)) {
    if (field.fallback !== undefined && given[key] === undefined) added[key] = field.fallback;
  }
  if (noun.autoName && given["name"] === undefined && given["namePrefix"] === undefined) {
    added["name"] = autoName(noun.autoName, oldInputs, context);
  }
  const inputs: Props = { ...given, ...added };
  const failures: CheckFailure[] = [
    ...Object.keys(given)
      .filter((key) => noun.fields[key] === undefined)
      .map((property) => ({ property, reason: `the lab does not simulate "${property}"` })),
    ...Object.entries(noun.fields)
      .filter(([key, field]) => field.required === true && inputs[key] === undefined)
      .map(([property]) => ({ property, reason: `Missing required argument: "${property}"` })),
    ...(noun.check?.(inputs) ?? []),
  ];
  return { inputs: Object.keys(added).length > 0 ? { ...inputs, [DEFAULTS]: Object.keys(added) } : inputs, failures };
}

/** `<name>-<7 hex>`, the hex from the URN, so that the same program makes the same names; a taken one (replacement) gives the next. */
function autoName(rule: NonNullable<Noun["autoName"]>, oldInputs: Props, context: Context): string {
  const before = oldInputs[DEFAULTS];
  if (isList(before) && before.includes("name") && typeof oldInputs["name"] === "string") return oldInputs["name"];
  for (let attempt = 0; ; attempt += 1) {
    const suffix = createHash("sha256").update(`${context.urn}#${attempt}`).digest("hex").slice(0, 7);
    const name = `${nameOf(context.urn).slice(0, rule.max - suffix.length - 1)}-${suffix}`;
    if (!rule.taken(name, context)) return name;
  }
}

export interface Diffed {
  readonly differences: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
}

/** What the update of this resource would change. */
export function diff(noun: Noun, olds: Props, inputs: Props, ignoreChanges: readonly string[]): Diffed {
  const news = withIgnored(inputs, olds, ignoreChanges);
  const found = differences(noun.fields, olds, news).map((each) => (noun.update ? each : { ...each, replaces: true }));
  const defaults = news[DEFAULTS];
  const nameIsGiven = news["name"] !== undefined && !(isList(defaults) && defaults.includes("name"));
  return {
    differences: found,
    // Two things cannot have one name: the old one has to go first.
    deleteBeforeReplace: found.some((each) => each.replaces) && nameIsGiven && news["name"] === olds["name"],
  };
}

/** The wanted inputs with the ignored places as the state has them. */
function withIgnored(inputs: Props, state: Props, ignoreChanges: readonly string[]): Props {
  return ignoreChanges.map(parsePath).reduce<Props>((at, path) => {
    const kept = withValueAt(at, path, valueAt(state, path));
    return isProps(kept) ? kept : at;
  }, inputs);
}

const withoutDefaults = (inputs: Props): Props => without(inputs, DEFAULTS);

const unknowns = (names: readonly string[]): Props => Object.fromEntries(names.map((name) => [name, UNKNOWN]));

/** Inputs that the program leaves to the world: not known before it is asked. */
const leftToTheWorld = (noun: Noun, inputs: Props): readonly string[] =>
  Object.keys(noun.fields).filter((key) => noun.fields[key]?.computed === true && inputs[key] === undefined);

export interface Created {
  readonly id: string;
  readonly outputs: Props;
}

export function previewCreate(noun: Noun, inputs: Props): Created {
  return {
    id: "",
    outputs: { ...unknowns([...noun.outputs, ...leftToTheWorld(noun, inputs)]), ...withoutDefaults(inputs) },
  };
}

export async function create(noun: Noun, checked: Props, context: Context): Promise<Created> {
  const inputs = withoutDefaults(checked);
  const made = await noun.create(inputs, context);
  const known = { ...inputs, ...made.outputs };
  const outputs = (): Props => defined({ ...known, ...noun.observe?.(made.id, known, context) });
  try {
    await noun.settle?.(made.id, inputs, context);
  } catch (error) {
    throw new ResourceFailed(error, made.id, outputs());
  }
  return { id: made.id, outputs: outputs() };
}

/** What the old state says that is no input: ids, ARNs. */
function computedOf(noun: Noun, olds: Props, news: Props): Props {
  return Object.fromEntries(
    Object.entries(olds).filter(([key]) => {
      const field = noun.fields[key];
      return field === undefined || (field.computed === true && news[key] === undefined);
    }),
  );
}

export function previewUpdate(noun: Noun, olds: Props, inputs: Props, ignoreChanges: readonly string[]): Props {
  const news = withoutDefaults(withIgnored(inputs, olds, ignoreChanges));
  const changed = new Set(differences(noun.fields, olds, news).map((each) => each.input));
  const completed = Object.fromEntries(
    Object.entries(news).map(([key, value]) => [key, completedFrom(noun, key, value, olds[key])]),
  );
  return { ...computedOf(noun, olds, news), ...completed, ...unknowns(noun.moves?.(changed, news) ?? []) };
}

/** An object that did not change keeps what the world filled in. */
function completedFrom(noun: Noun, key: string, value: Value | undefined, old: Value | undefined): Value | undefined {
  const filledIn = noun.fields[key]?.completes;
  if (!filledIn || !isProps(value) || !isProps(old)) return value;
  const unchanged = Object.entries(value).every(([each, wanted]) => equal(wanted, old[each]));
  return unchanged ? { ...Object.fromEntries(filledIn.map((each) => [each, old[each]])), ...value } : value;
}

export async function update(
  noun: Noun,
  id: string,
  olds: Props,
  inputs: Props,
  ignoreChanges: readonly string[],
  context: Context,
): Promise<Props> {
  const news = withoutDefaults(withIgnored(inputs, olds, ignoreChanges));
  const changed = new Set(differences(noun.fields, olds, news).map((each) => each.input));
  const known = { ...computedOf(noun, olds, news), ...news };
  try {
    const outputs = { ...known, ...(await noun.update?.(id, { olds, news, changed }, context)) };
    return defined({ ...outputs, ...noun.observe?.(id, outputs, context) });
  } catch (error) {
    const observed = noun.observe?.(id, olds, context);
    throw observed ? new ResourceFailed(error, id, defined({ ...known, ...observed })) : error;
  }
}

export interface Read {
  readonly inputs: Props;
  readonly outputs: Props;
}

/**
 * What the world has now. A refresh keeps to the inputs that the program had; an import (no old inputs) shows all there are.
 * Undefined: it is gone.
 */
export function read(noun: Noun, id: string, olds: Props, oldInputs: Props, context: Context): Read | undefined {
  if (!noun.observe) return { inputs: oldInputs, outputs: olds };
  const observed = noun.observe(id, olds, context);
  if (!observed) return undefined;
  const fallbacks = Object.fromEntries(Object.entries(noun.fields).map(([key, field]) => [key, field.fallback]));
  const isImport = Object.keys(oldInputs).length === 0;
  const said = isImport ? Object.keys(noun.fields).filter((key) => !isEmpty(observed[key])) : Object.keys(oldInputs);
  const inputs = said.map((key): [string, Value | undefined] => {
    const seen = observed[key];
    const field = noun.fields[key];
    return [
      key,
      seen === undefined || field === undefined ? oldInputs[key] : inWordsOf(field, oldInputs[key], seen ?? null),
    ];
  });
  return { inputs: defined(Object.fromEntries(inputs)), outputs: defined({ ...fallbacks, ...olds, ...observed }) };
}
