/** The chart of the bench as SVG: for each way its outage, and the seconds with two releases at once. Pure. */
import { escapeHtml } from "../../orchestration/adapters/page/html";
import type { Dialect, Row } from "./rows";

const WIDTH = 860;
const LABELS = 150;
const NOTES = 230;
const BAR = 13;
const LINE = 40;
const HEAD = 64;
const GROUP = 34;

export const DIALECT_TITLES: Readonly<Record<Dialect, string>> = {
  replicated: "Replicated",
  fdo: "container (FDO)",
};

const STYLE = [
  "text{font:13px system-ui,sans-serif;fill:#1f2328}.dim{fill:#59636e}.head{font-weight:600}",
  ".paper{fill:#fff}.outage{fill:#0969da}.overlap{fill:#cf222e}.build{stroke:#59636e;stroke-dasharray:3 3}",
].join("\n");

export function chartOf(rows: readonly Row[]): string {
  const dialects = [...new Set(rows.map(({ dialect }) => dialect))];
  const longest = Math.max(1, ...rows.flatMap((row) => [row.outageSeconds, row.overlapSeconds, row.nodeBuildSeconds]));
  const scale = (seconds: number): number => Math.round((seconds / longest) * (WIDTH - LABELS - NOTES) * 10) / 10;
  const parts: string[] = [];
  let y = HEAD;
  for (const dialect of dialects) {
    const own = rows.filter((row) => row.dialect === dialect);
    parts.push(text(16, y, DIALECT_TITLES[dialect], "head"));
    const top = y + 10;
    y += GROUP;
    for (const row of own) {
      parts.push(...barsOf(row, y, scale));
      y += LINE;
    }
    const build = LABELS + scale(own[0]?.nodeBuildSeconds ?? 0);
    parts.push(`<line class="build" x1="${build}" x2="${build}" y1="${top}" y2="${y - 12}"/>`);
    y += 12;
  }
  const title = "Outage of an upgrade, and seconds with two releases at once, by way";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img">`,
    `<title>${title}</title>`,
    `<style>\n${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${y}"/>`,
    `<rect class="outage" x="16" y="16" width="12" height="12"/>${text(34, 27, "outage, lab seconds")}`,
    `<rect class="overlap" x="190" y="16" width="12" height="12"/>${text(208, 27, "two releases at once, lab seconds")}`,
    `<line class="build" x1="440" x2="440" y1="14" y2="30"/>${text(448, 27, "one node build")}`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function barsOf(row: Row, y: number, scale: (seconds: number) => number): readonly string[] {
  const bar = (kind: string, at: number, seconds: number): string =>
    `<rect class="${kind}" x="${LABELS}" y="${at}" width="${Math.max(seconds > 0 ? 1 : 0, scale(seconds))}" height="${BAR}"/>`;
  return [
    text(16, y + BAR + 2, row.way),
    bar("outage", y, row.outageSeconds),
    bar("overlap", y + BAR + 2, row.overlapSeconds),
    text(WIDTH - NOTES + 12, y + BAR - 2, `${row.outageSeconds} s, ${row.ratio} of a build`),
    text(WIDTH - NOTES + 12, y + 2 * BAR + 1, harm(row), "dim"),
  ];
}

/** What else went wrong on the way, in words; empty: nothing did. */
function harm({ overlapSeconds, lostJobs, killedWhileBooting }: Row): string {
  return [
    overlapSeconds > 0 ? `${overlapSeconds} s at once` : "",
    lostJobs > 0 ? `${lostJobs} jobs lost` : "",
    killedWhileBooting > 0 ? `${killedWhileBooting} killed while booting` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

const text = (x: number, y: number, what: string, kind = ""): string =>
  what === "" ? "" : `<text x="${x}" y="${y}"${kind === "" ? "" : ` class="${kind}"`}>${escapeHtml(what)}</text>`;
