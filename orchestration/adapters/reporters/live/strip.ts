import type { Gap } from "./state";
import type { Line, Piece } from "./text";

const SPANS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
const UP = "█";
const DOWN = "·";

export interface Strip {
  /** Oldest first; a cell is down where the service did not answer in any part of it. */
  readonly cells: readonly boolean[];
  readonly secondsEach: number;
}

/** The availability of the service since then, in at most so many cells of a round length. */
export function strip(gaps: readonly Gap[], since: number, now: number, most: number): Strip {
  const seconds = Math.max(0, (now - since) / 1000);
  const secondsEach = SPANS.find((span) => seconds / span <= most) ?? Math.ceil(seconds / most);
  const count = Math.max(1, Math.ceil(seconds / secondsEach));
  const cells = Array.from({ length: count }, (_, index) => {
    const from = since + index * secondsEach * 1000;
    const to = from + secondsEach * 1000;
    return !gaps.some((gap) => gap.from < to && (gap.to ?? now + 1) > from);
  });
  return { cells, secondsEach };
}

/** Distinguishable without colour as well. */
export function stripLine({ cells }: Strip): Line {
  const pieces: Piece[] = [];
  for (const up of cells) {
    const last = pieces.at(-1);
    const [char, tone] = up ? [UP, "good" as const] : [DOWN, "bad" as const];
    if (last?.[1] === tone) pieces[pieces.length - 1] = [last[0] + char, tone];
    else pieces.push([char, tone]);
  }
  return pieces;
}
