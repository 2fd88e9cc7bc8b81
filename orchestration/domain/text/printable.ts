declare const isPrintable: unique symbol;

/** Text for a terminal, in which nothing acts on it but what we put there ourselves, such as colours. */
export type Printable = string & { readonly [isPrintable]: true };

/**
 * Characters that act instead of being read: controls (C0 but tab and line feed, DEL, C1), marks that turn the direction of the
 * text around them, line breaks that only some programs see, and halves of a character.
 */
const ACTING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Written as JSON writes it: a line of JSON stays one, and means the same. */
function escaped(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  const made = `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  ESCAPES.set(character, made);
  return made;
}

const ESCAPES = new Map<string, string>();

/**
 * Makes every character visible that would act on a terminal, a page or a message. Whatever AWS, a node, a tool or the run store said
 * passes through here on its way out. It may pass twice.
 */
export const printable = (text: string): Printable =>
  text.replaceAll("\r\n", "\n").replace(ACTING, escaped) as Printable;

/** The same on one line. */
export const oneLine = (text: string): Printable => printable(text.replace(/\s+/g, " ").trim());

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
