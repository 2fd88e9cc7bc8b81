import { lengthOf, wrap } from "./wrap";

const GAP = "  ";

/** Lays rows out in columns. What does not fit is broken in the last column, under itself. */
export function columns(rows: readonly (readonly string[])[], width = Infinity): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column] ?? ""))));
  return rows.flatMap((row) => {
    const cells = row.slice(0, -1).map((text, column) => text + " ".repeat((widths[column] ?? 0) - lengthOf(text)));
    const beginning = cells.map((cell) => cell + GAP).join("");
    const [first = "", ...more] = wrap(row.at(-1) ?? "", width - beginning.length).split("\n");
    return [beginning + first, ...more.map((text) => " ".repeat(beginning.length) + text)].map((line) =>
      line.trimEnd(),
    );
  });
}
