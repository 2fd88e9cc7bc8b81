// Terminals colour and move the cursor (CSI), set titles (OSC) and switch character sets; a pty also ends lines with CR LF.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/** Any control character but tab and line feed: what is left of a sequence, and whatever else a terminal would act on. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;

/** Where a sequence is removed, another may come together around it. Deeper ones than this lose their escape character alone. */
const DEEPEST = 8;

function withoutSequences(raw: string): string {
  let text = raw;
  for (let depth = 0; depth < DEEPEST && text.includes("\u001b"); depth += 1) {
    const less = text.replace(ESCAPES, "");
    if (less === text) break;
    text = less;
  }
  return text;
}

/** The lines of a command's output without escape sequences, control characters and trailing blanks. Empty lines stay. */
export function lines(raw: string): readonly string[] {
  return withoutSequences(raw)
    .replace(/\r+\n?/g, "\n")
    .replace(CONTROLS, "")
    .split("\n")
    .map((line) => (line === "" ? line : line.trimEnd()));
}

/** The text without these characters at its ends. Takes linear time, where a pattern that must end at the end does not. */
export function trimmed(text: string, characters: string): string {
  let [from, to] = [0, text.length];
  while (from < to && characters.includes(text.charAt(from))) from += 1;
  while (to > from && characters.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** Bound on stray lines that look like the beginning of a document. */
const FALSE_STARTS = 50;

/**
 * The one JSON document in a command's output that `read` understands (it answers undefined where it does not).
 * Commands print stray lines before their answer, such as `Error parsing config file: …`; they are skipped. Where no document
 * or more than one is understood, the answer is not known: undefined. Takes time linear in the length of the output.
 */
export function jsonDocument<T>(raw: string, read: (document: unknown) => T | undefined): T | undefined {
  const text = lines(raw).join("\n");
  const ends = closingBrackets(text);
  const beginning = /^[ \t]*(?=[[{])/gm;
  const found: T[] = [];
  let falseStarts = 0;
  for (let match = beginning.exec(text); match && falseStarts <= FALSE_STARTS; match = beginning.exec(text)) {
    const start = match.index + match[0].length;
    const end = ends.get(start);
    const goesOn = end !== undefined && end < text.length && text[end] !== "\n";
    const document = end === undefined || goesOn ? undefined : parsed(text.slice(start, end));
    if (end === undefined || document === undefined) {
      falseStarts += 1;
      beginning.lastIndex = start + 1;
      continue;
    }
    const value = read(document.value);
    if (value !== undefined) found.push(value);
    beginning.lastIndex = end;
  }
  return found.length === 1 ? found[0] : undefined;
}

/** The position after the closing bracket, by that of the opening one, of those that begin a line. Brackets in strings do not count. */
function closingBrackets(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  let beginsLine = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "[" || character === "{") open.push(beginsLine ? at : -1);
    else if (character === "]" || character === "}") {
      const start = open.pop() ?? -1;
      if (start >= 0) ends.set(start, at + 1);
    }
    beginsLine = character === "\n" || (beginsLine && (character === " " || character === "\t"));
    if (character === '"') at = endOfString(text, at);
  }
  return ends;
}

/** Where the string that begins at `start` is closed. A string has one line: where it is not closed, the line's last character. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') return at;
    if (character === "\n") return at - 1;
    if (character === "\\" && text[at + 1] !== "\n") at += 1;
  }
  return text.length;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Narrows an unknown value to an object with string keys. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The only entry of an array, or the value itself where it is no array: some commands wrap their answers in an array of one. */
export function onlyEntry(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? (value[0] as unknown) : undefined;
}
