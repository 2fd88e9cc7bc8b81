/** The table of one dialect, as Markdown. Pure. */
import type { Figures } from "./figures";
import type { Row } from "./rows";

const COLUMNS: readonly (readonly [heading: string, figure: keyof Figures])[] = [
  ["outage, s", "outageSeconds"],
  ["outage over build", "ratio"],
  ["two releases at once, s", "overlapSeconds"],
  ["jobs lost", "lostJobs"],
  ["killed while booting", "killedWhileBooting"],
  ["at one node, s", "oneNodeSeconds"],
  ["whole, s", "totalSeconds"],
  ["instance minutes", "instanceMinutes"],
];

/** A median, with its spread where the seeds differ. */
function cell({ spread, ...row }: Row, figure: keyof Figures): string {
  const [lowest, highest] = spread[figure];
  return lowest === highest ? String(row[figure]) : `${row[figure]} (${lowest} to ${highest})`;
}

export function tableOf(rows: readonly Row[]): string {
  const lines = [
    ["way", ...COLUMNS.map(([heading]) => heading)],
    ["---", ...COLUMNS.map(() => "---:")],
    ...rows.map((row) => [`\`${row.way}\``, ...COLUMNS.map(([, figure]) => cell(row, figure))]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
