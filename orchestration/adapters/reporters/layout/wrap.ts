import { stripVTControlCharacters } from "node:util";
import wrapAnsi from "wrap-ansi";

/** What a line begins with: its time, blanks, and the mark of an entry. Further lines hang under what comes after it. */
const BEGINNING = /^(?:\d\d:\d\d:\d\d |[ ✓✗→!▶·–•-])*/;
/** A terminal that leaves less than this for the text breaks its lines better itself. */
const NARROWEST = 20;

/** Breaks a line between words so that it fits, with a hanging indent. A word that is longer stays whole, so that it can be copied. */
export function wrap(line: string, width: number): string {
  const [beginning] = BEGINNING.exec(stripVTControlCharacters(line)) ?? [""];
  const hang = beginning.length;
  if (lengthOf(line) <= width || width - hang < NARROWEST) return line;
  const text = line.trimStart();
  const rows = wrapAnsi(text, width - hang, { hard: false }).split("\n");
  return `${" ".repeat(line.length - text.length)}${rows.join(`\n${" ".repeat(hang)}`)}`;
}

/** Characters that are seen. */
export const lengthOf = (text: string): number => stripVTControlCharacters(text).length;
