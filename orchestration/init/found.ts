import { CONFIG_KEYS, problemWith, type StackConfig } from "../../infra/config/index";
import type { Entry, Value } from "./stackFile";

/** A value that the stack program takes; anything else is a question. */
export const fits = (key: keyof StackConfig, value: string | undefined): string | undefined =>
  value === undefined || problemWith(key, value) !== undefined ? undefined : value;

/** What was found, with where it comes from; the question where nothing was that the stack program takes. */
export function known(
  key: Entry["key"],
  value: Value | undefined,
  from: string,
  question: string,
  example: string,
): Entry {
  if (value === undefined || value === "" || !isTaken(key, value)) return { key, comment: question, example };
  return { key, value, comment: from };
}

/** What was found, and nothing where it was not. */
export const optional = (key: Entry["key"], value: Value | undefined, from: string): Entry | undefined =>
  value === undefined || !isTaken(key, value) ? undefined : { key, value, comment: from };

function isTaken(key: Entry["key"], value: Value): boolean {
  const own = CONFIG_KEYS.find((each) => each === key);
  return own === undefined || problemWith(own, typeof value === "string" ? value : JSON.stringify(value)) === undefined;
}

export const list = (values: readonly string[]): string => values.join(", ");
