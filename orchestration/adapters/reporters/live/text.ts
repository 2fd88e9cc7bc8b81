import type { Colors } from "picocolors/types";
import { beginning } from "../../../domain/text/printable";

/** What a piece of text stands for; the colours come last, so that a line is measured and cut before it is painted. */
export type Tone = "plain" | "strong" | "dim" | "good" | "bad" | "busy";
export type Piece = readonly [text: string, tone?: Tone];
export type Line = readonly Piece[];

export const lengthOf = (line: Line): number => line.reduce((sum, [text]) => sum + text.length, 0);

/** Cuts a line to the width; what is cut off is marked. */
export function cut(line: Line, width: number): Line {
  if (lengthOf(line) <= width) return line;
  const kept: Piece[] = [];
  let left = width - 1;
  for (const [text, tone = "plain"] of line) {
    if (left <= 0) break;
    kept.push([beginning(text, left), tone]);
    left -= text.length;
  }
  return [...kept, ["…", "dim"]];
}

export function paint(line: Line, c: Colors): string {
  const painted = line.map(([text, tone = "plain"]) => PAINTS[tone](c)(text)).join("");
  return painted.trimEnd();
}

const PAINTS: Readonly<Record<Tone, (c: Colors) => (text: string) => string>> = {
  plain: () => (text) => text,
  strong: (c) => c.bold,
  dim: (c) => c.dim,
  good: (c) => c.green,
  bad: (c) => c.red,
  busy: (c) => c.yellow,
};

/** Pieces side by side, in as many lines as they need, the first begun by a label. */
export function flow(label: Piece, pieces: readonly Line[], width: number): readonly Line[] {
  const indent = label[0].length;
  const lines: Piece[][] = [[label]];
  for (const piece of pieces) {
    const last = lines.at(-1) ?? [];
    const isFirst = last.length === 1;
    if (!isFirst && lengthOf(last) + 2 + lengthOf(piece) > width) lines.push([[" ".repeat(indent)], ...piece]);
    else last.push(...(isFirst ? [] : [["  "] as const]), ...piece);
  }
  return lines;
}

/** A line broken between words so that it fits, each further one below what follows its label. A word that is longer stays whole. */
export function folded(line: Line, width: number, hang: number): readonly Line[] {
  const lines: Piece[][] = [[]];
  for (const [text, tone = "plain"] of line) {
    for (const [word = ""] of text.matchAll(/\s*\S+\s*$|\s*\S+|\s+/g)) {
      const last = lines.at(-1) ?? [];
      const fits = lengthOf(last) + word.trimEnd().length <= width;
      if (fits || lengthOf(last) <= hang) last.push([word, tone]);
      else lines.push([[" ".repeat(hang)], [word.trimStart(), tone]]);
    }
  }
  return lines;
}

/** Something on the left and something at the right edge. */
export function spread(left: Line, right: Line, width: number): Line {
  const gap = width - lengthOf(left) - lengthOf(right);
  return gap < 2 ? cut([...left, ["  "], ...right], width) : [...left, [" ".repeat(gap)], ...right];
}
