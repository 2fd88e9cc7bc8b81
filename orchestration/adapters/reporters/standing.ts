import type { Colors } from "picocolors/types";
import type { FleetStanding } from "../../domain/standing/state";
import { type Mood, standingLines } from "../../domain/standing/words";

/** Told apart by their marks as well. */
const MARKS: Readonly<Record<Mood, string>> = { good: "✓", held: "!", bad: "✗" };

export const paintMood = (mood: Mood, text: string, c: Colors): string =>
  ({ good: c.green, held: c.yellow, bad: c.red })[mood](text);

/** The state of the fleet on a terminal, the worst first, with the commands that are possible next. Empty: in service. */
export const standingText = (standing: FleetStanding, c: Colors): readonly string[] =>
  standingLines(standing).flatMap(({ mood, text, next }) => [
    paintMood(mood, `${MARKS[mood]} ${text}`, c),
    ...next.map((command) => `    → ${command}`),
  ]);

/** A node's health in a word. A drained one meets every condition of the gate and takes no work all the same. */
export function nodeWord(
  { healthy, drained }: { readonly healthy: boolean; readonly drained?: boolean },
  c: Colors,
): string {
  if (drained === true) return c.yellow(healthy ? "drained, takes no work" : "drained, not healthy");
  return healthy ? c.green("healthy") : c.red("not healthy");
}
