import { differences, inWordsOf } from "./diff";
import { ResourceFailed } from "./failures";
import { withIgnored, withoutDefaults } from "./inputs";
import type { Context, Noun } from "./noun";
import { computedOf } from "./planning";
import { defined, isEmpty, type Props, type Value } from "./value";

export interface Created {
  readonly id: string;
  readonly outputs: Props;
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
    const outputs = { ...known, ...(await noun.update(id, { olds, news, changed }, context)) };
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
