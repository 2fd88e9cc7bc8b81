import { lengthOf, wrap } from "./wrap";

const GAP = "  ";

/** Lays rows out in columns. The last one may have several lines, and is broken under itself where it does not fit. */
export function columns(rows: readonly (readonly string[])[], width = Infinity): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column] ?? ""))));
  return rows.flatMap((row) => {
    const cells = row.slice(0, -1).map((text, column) => text + " ".repeat((widths[column] ?? 0) - lengthOf(text)));
    const beginning = cells.map((cell) => cell + GAP).join("");
    const last = (row.at(-1) ?? "").split("\n").flatMap((text) => wrap(text, width - lengthOf(beginning)).split("\n"));
    const [first = "", ...more] = last;
    return [beginning + first, ...more.map((text) => " ".repeat(lengthOf(beginning)) + text)].map((line) =>
      line.trimEnd(),
    );
  });
}
