import { createHash } from "node:crypto";
import type { CheckFailure, Context, Noun } from "./noun";
import { defined, isList, isProps, parsePath, valueAt, without, withValueAt, type Props, type Value } from "./value";

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
  if (isAutoNamed(oldInputs) && typeof oldInputs["name"] === "string") return oldInputs["name"];
  for (let attempt = 0; ; attempt += 1) {
    const suffix = createHash("sha256").update(`${context.urn}#${attempt}`).digest("hex").slice(0, 7);
    const name = `${nameOf(context.urn).slice(0, rule.max - suffix.length - 1)}-${suffix}`;
    if (!rule.taken(name, context)) return name;
  }
}

/** Whether the check put the name in: then the next one may be another. */
export function isAutoNamed(inputs: Props): boolean {
  const added = inputs[DEFAULTS];
  return isList(added) && added.includes("name");
}

export const withoutDefaults = (inputs: Props): Props => without(inputs, DEFAULTS);

/** The wanted inputs with the ignored places as the state has them. */
export function withIgnored(inputs: Props, state: Props, ignoreChanges: readonly string[]): Props {
  return ignoreChanges.map(parsePath).reduce<Props>((at, path) => {
    const kept = withValueAt(at, path, valueAt(state, path));
    return isProps(kept) ? kept : at;
  }, inputs);
}
