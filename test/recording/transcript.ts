import { STEPS as ALL } from "../../orchestration/upgrade/steps";

/** Those that every run walks: the others are walked where somebody asks for them. */
export const STEPS = ALL.filter(({ id }) => id !== "smoke" && id !== "prepare");

/** Stands for lines that were left out. */
const ELLIPSIS = "[…]";
/** Lines shown before the first step. */
const OPENING = 2;
/** Lines shown at the beginning and at the end of a step of the outage; a shorter one is shown whole. */
const FIRST = 2;
const LAST = 4;

export const BEGIN = "<!-- recorded run: begin -->";
export const END = "<!-- recorded run: end -->";

const plain = (line: string): string => line.replace(/\u001b\[\d+m/g, "").trimEnd();
/** Without the time of day, which every line of a run begins with. */
const untimed = (line: string): string => line.replace(/^\d\d:\d\d:\d\d /, "");
const begins = (line: string): boolean => untimed(line).startsWith("▶ ");
const ends = (line: string): boolean => untimed(line).startsWith("✓ ");

function abridged(lines: readonly string[], first: number, last: number): readonly string[] {
  if (lines.length <= first + last + 1) return lines;
  return [...lines.slice(0, first), ELLIPSIS, ...lines.slice(lines.length - last)];
}

/** From each line that `starts` up to the next one; what comes before the first is a piece of its own. */
function pieces(lines: readonly string[], starts: (line: string) => boolean): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (starts(line)) found.push([]);
    found.at(-1)?.push(line);
  }
  return found;
}

/**
 * Shortens what a run of one hop printed. The opening keeps its first lines, a step outside the outage its last line, a step of the
 * outage both ends, and the closing words all lines. Steps are known by their order, so their texts may change.
 * Throws where the lines are not those of a whole run.
 */
export function shortened(printed: readonly string[]): readonly string[] {
  const lines = printed.flatMap((text) => text.split("\n")).map(plain);
  const [opening = [], ...steps] = pieces(lines, begins);
  if (steps.length !== STEPS.length) throw new Error(`${steps.length} of ${STEPS.length} steps were printed`);
  const shown = steps.map((piece, index) => {
    const end = piece.findIndex(ends);
    if (end === -1) throw new Error(`The step ${STEPS[index]?.id} has no end`);
    const whole = piece.slice(0, end + 1);
    return STEPS[index]?.outage === "no" ? whole.slice(-1) : abridged(whole, FIRST, LAST);
  });
  const last = steps.at(-1) ?? [];
  const closing = last.slice(last.indexOf(""));
  return [...abridged(opening, OPENING, 0), ...shown.flat(), ...closing.filter((line) => line !== "")];
}

/** The page with those lines between its two markers. Throws where it does not have both. */
export function withTranscript(page: string, lines: readonly string[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("The markers of the recorded run are missing");
  return [before, BEGIN, "\n\n```\n", lines.join("\n"), "\n```\n\n", END, after].join("");
}
