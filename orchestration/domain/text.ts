// Terminals colour and move the cursor (CSI), set titles (OSC) and switch character sets; a pty also ends lines with CR LF.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/** The lines of a command's output without escape sequences, carriage returns and trailing blanks. Empty lines stay. */
export function lines(raw: string): readonly string[] {
  return raw
    .replace(ESCAPES, "")
    .split(/\r*\n|\r+/)
    .map((line) => line.trimEnd());
}

/** Bound on stray lines that look like the beginning of a document. */
const FALSE_STARTS = 50;

/**
 * The one JSON document in a command's output that `read` understands (it answers undefined where it does not).
 * Replicated prints stray lines before its answer, such as `Error parsing config file: …`; they are skipped. Where no document
 * or more than one is understood, the answer is not known: undefined.
 */
export function jsonDocument<T>(raw: string, read: (document: unknown) => T | undefined): T | undefined {
  const text = lines(raw).join("\n");
  const beginning = /^[ \t]*(?=[[{])/gm;
  const found: T[] = [];
  let falseStarts = 0;
  for (let match = beginning.exec(text); match && falseStarts <= FALSE_STARTS; match = beginning.exec(text)) {
    const start = match.index + match[0].length;
    const end = endOfDocument(text, start);
    const document = end === undefined ? undefined : parsed(text.slice(start, end));
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

/** Where the bracket at `start` is closed; undefined where it is not, or where the line goes on after it. */
function endOfDocument(text: string, start: number): number | undefined {
  const tokens = /"(?:[^"\\\n]|\\.)*"|[[{]|[\]}]/g;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (/[[{]/.test(token[0][0] ?? "")) depth += 1;
    else if (/[\]}]/.test(token[0][0] ?? "")) depth -= 1;
    if (depth === 0)
      return /^(?:\n|$)/.test(text.slice(tokens.lastIndex, tokens.lastIndex + 1)) ? tokens.lastIndex : undefined;
  }
  return undefined;
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

/** The only entry of an array, or the value itself where it is no array: `replicatedctl` wraps most answers in an array of one. */
export function onlyEntry(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? (value[0] as unknown) : undefined;
}
