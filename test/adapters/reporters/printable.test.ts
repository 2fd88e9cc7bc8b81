import * as fc from "fast-check";
import { jsonReporter } from "../../../orchestration/adapters/reporters/jsonReporter";
import { liveReporter } from "../../../orchestration/adapters/reporters/live/liveReporter";
import { textReporter } from "../../../orchestration/adapters/reporters/textReporter";
import type { RunEvent } from "../../../orchestration/domain/events";
import { printable } from "../../../orchestration/domain/text/printable";
import type { Reporter } from "../../../orchestration/ports/reporter";
import { EVERY } from "../../support/everyEvent";
import { acting, evil } from "../../support/evilText";

const NOW = Date.UTC(2026, 10, 22, 2, 5, 9);
const now = (): number => NOW;

/** Facts that are words of our own, each with a meaning: nobody else chooses them, and their schemas hold them. */
const OURS = ["event", "code", "outcome", "step", "scope", "release"];

/** The event as it would be if everybody else's words were these. */
function tainted(value: unknown, word: string, key = ""): unknown {
  if (typeof value === "string") return OURS.includes(key) ? value : `${value}${word}`;
  if (Array.isArray(value)) return value.map((each) => tainted(each, word, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, tainted(each, word, name)]));
}

/** A reporter, and what it wrote. */
type Subject = (color: boolean) => { readonly reporter: Reporter; readonly written: () => string };

const text =
  (isTTY: boolean): Subject =>
  (color) => {
    const chunks: string[] = [];
    const stream = { write: (chunk: string) => chunks.push(chunk) > 0, isTTY, columns: 2_000 };
    return { reporter: textReporter({ stream, now, color }), written: () => chunks.join("") };
  };

const live: Subject = (color) => {
  const lines: string[] = [];
  const screen = {
    columns: 150,
    rows: 60,
    print: (line: string) => void lines.push(line),
    draw: (block: readonly string[]) => void lines.push(...block.map((line) => `block: ${line}`)),
    clear: () => undefined,
  };
  const reporter = liveReporter({ screen, now, stopping: () => false, color, every: () => () => undefined });
  return { reporter, written: () => lines.join("\n") };
};

const json: Subject = () => {
  const lines: string[] = [];
  // As the command line writes it.
  const reporter = jsonReporter((line) => lines.push(printable(line)), now);
  return { reporter, written: () => lines.join("\n") };
};

const ESCAPE = "\u001b";
/** What the text reporter clears its live line with. */
const CLEARED = `\r${ESCAPE}[2K`;

describe.each<[string, Subject]>([
  ["text in a pipe", text(false)],
  ["text on a terminal", text(true)],
  ["the live view", live],
  ["JSON lines", json],
])("%s", (_title, subject) => {
  const all = (word: string, color: boolean): string => {
    const { reporter, written } = subject(color);
    for (const event of Object.values(EVERY)) reporter.emit(tainted(event, word) as RunEvent);
    return written();
  };

  it("writes nothing that acts, whatever the words of an event are", () => {
    fc.assert(
      fc.property(evil, (word) => {
        expect(all(word, false).replaceAll(CLEARED, "")).not.toMatch(acting);
      }),
      { numRuns: 300 },
    );
  });

  it("writes no sequence but its own, with colours as well", () => {
    const count = (written: string): number => written.split(ESCAPE).length;
    for (const word of [`${ESCAPE}[2J`, `${ESCAPE}[31m`, `${ESCAPE}]0;title\u0007`])
      expect(count(all(word, true))).toBe(count(all(printable(word), true)));
  });
});

test("further lines of a text do not look like lines of their own", () => {
  const { reporter, written } = text(false)(false);
  reporter.emit({ event: "note", text: "no answer\n  ✓ every check holds" });
  expect(written()).toBe("02:05:09 no answer\n02:05:09       ✓ every check holds\n");
});

test("the live block has one line for each of its lines, whatever is said", () => {
  const { reporter, written } = live(false);
  for (const event of Object.values(EVERY)) reporter.emit(tainted(event, "\n\u2028\rforged") as RunEvent);
  const block = written()
    .split("\n")
    .filter((line) => line.includes("forged") && !/^(block: |\d\d:\d\d:\d\d )/.test(line));
  expect(block).toEqual([]);
});
