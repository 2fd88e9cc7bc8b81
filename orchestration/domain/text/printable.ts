declare const isPrintable: unique symbol;

/** Text for a terminal, in which nothing acts on it but what we put there ourselves, such as colours. */
export type Printable = string & { readonly [isPrintable]: true };

/**
 * Characters that act instead of being read: controls (C0 but tab and line feed, DEL, C1), marks that turn the direction of the
 * text around them, and line breaks that only some programs see.
 */
const ACTING = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f";

/** Halves of a character without the other half. */
const HALVES = "[\\ud800-\\udbff]+(?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]+";

/**
 * Returns a function that puts a backslash before each of these marks, and makes what acts visible as JSON writes it, with `prefix`
 * before it: a line of JSON stays one, and means the same. One pass, a call for each run: an answer may hold nothing else.
 */
function escaping(marks: string, prefix: string): (text: string) => string {
  const known = new Map(Array.from(marks, (mark) => [mark.charCodeAt(0), `\\${mark}`]));
  const pattern = new RegExp(`[${marks.replace(/./g, "\\$&")}${ACTING}]+|${HALVES}`, "g");
  const escaped = (code: number): string => {
    const made = known.get(code) ?? `${prefix}\\u${code.toString(16).padStart(4, "0")}`;
    known.set(code, made);
    return made;
  };
  function visible(run: string): string {
    if (run.length > LONG_RUN) {
      const made: string[] = [];
      for (let at = 0; at < run.length; at += 1) made.push(escaped(run.charCodeAt(at)));
      return made.join("");
    }
    let short = "";
    for (let at = 0; at < run.length; at += 1) short += escaped(run.charCodeAt(at));
    return short;
  }
  return (text) => text.replace(pattern, visible);
}

/** From this length on, joining takes less time than appending. */
const LONG_RUN = 16;

const withoutActing = escaping("", "");

/**
 * Makes every character visible that would act on a terminal, a page or a message. Whatever AWS, a node, a tool or the run store said
 * passes through here on its way out. It may pass twice.
 */
export const printable = (text: string): Printable => withoutActing(text.replaceAll("\r\n", "\n")) as Printable;

const spaced = (text: string): string => text.replace(/\s+/g, " ").trim();

/** The same on one line. */
export const oneLine = (text: string): Printable => printable(spaced(text));

/** The same for what takes a mark as it is after a backslash: each of `marks`, of which the backslash is one, gets one. */
export function oneLineEscaping(marks: string): (text: string) => Printable {
  const escaped = escaping(marks, "\\");
  return (text) => escaped(spaced(text)) as Printable;
}

/** The beginning of a text, in so many units of length; no character is cut in half. */
export const beginning = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, "");

/** A value with every text in it made printable, names of properties as well. */
export function printableWithin<T>(value: T, clean: (text: string) => string = printable): T {
  return within(value, clean) as T;
}

function within(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((each) => within(each, clean));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [clean(key), within(each, clean)]));
}
