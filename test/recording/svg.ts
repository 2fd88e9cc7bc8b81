import { escapeHtml } from "../../orchestration/adapters/page/html";

/** A moment of a terminal: its lines from the top, with their colours as escape sequences. */
export type Frame = readonly string[];

export interface Movie {
  readonly columns: number;
  readonly rows: number;
  readonly frames: readonly Frame[];
  readonly secondsEach: number;
  /** Shown where nothing may move. */
  readonly still: number;
}

const CHAR = 7.8;
const LINE = 17;
const PAD = 14;

/** Classes of what the product colours with: picocolors' bold, dim, red, green, yellow, cyan. */
const CLASSES: Readonly<Record<string, string>> = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 36: "c" };

/** The rows into which a terminal breaks a line; a colour goes on in the next row. */
export function wrapped(line: string, columns: number): readonly string[] {
  const rows = [""];
  let [column, colour] = [0, ""];
  const add = (text: string): void => void rows.push(`${rows.pop() ?? ""}${text}`);
  for (const token of line.match(/\u001b\[\d+m|./gsu) ?? []) {
    if (token.startsWith("\u001b")) {
      colour = token;
      add(token);
      continue;
    }
    if (column === columns) {
      rows.push(colour);
      column = 0;
    }
    add(token);
    column += 1;
  }
  return rows;
}

/** The runs of equal colour in a line. */
export function pieces(line: string): readonly { readonly text: string; readonly kind: string }[] {
  const found: { text: string; kind: string }[] = [];
  let kind = "";
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) kind = CLASSES[code] ?? "";
    else if (part !== "") found.push({ text: part, kind });
  }
  return found;
}

function drawn(line: string): string {
  let column = 0;
  return pieces(line)
    .map(({ text, kind }) => {
      const x = Math.round(column * CHAR * 10) / 10;
      column += text.length;
      // Characters that a font draws wider must not push the rest of the line.
      const width = Math.round(text.length * CHAR * 10) / 10;
      const style = kind === "" ? "" : ` class="${kind}"`;
      return text.trim() === ""
        ? ""
        : `<text x="${x}"${style} textLength="${width}" lengthAdjust="spacingAndGlyphs">${escapeHtml(text)}</text>`;
    })
    .join("");
}

/** An animated picture that needs nothing but a browser; each different line is in it once. */
export function toSvg({ columns, rows, frames, secondsEach, still }: Movie): string {
  const width = Math.ceil(columns * CHAR + 2 * PAD);
  const height = rows * LINE + 2 * PAD;
  const ids = new Map<string, string>();
  for (const line of frames.flat()) if (line.trim() !== "" && !ids.has(line)) ids.set(line, `l${ids.size}`);
  const defs = [...ids].map(([line, id]) => `<g id="${id}">${drawn(line)}</g>`).join("\n");
  const shown = frames.map((frame, index) => {
    const uses = frame.flatMap((line, row) => {
      const id = ids.get(line);
      return id === undefined ? [] : [`<use href="#${id}" y="${(row + 1) * LINE}"/>`];
    });
    return `<g transform="translate(${index * width + PAD} ${PAD})">${uses.join("")}</g>`;
  });
  // The last frame is held for a while, so that it can be read.
  const slots = frames.length + 8;
  const keys = frames.map(
    (_, index) => `${Math.round((index / slots) * 1e4) / 100}%{transform:translateX(-${index * width}px)}`,
  );
  const last = `100%{transform:translateX(-${(frames.length - 1) * width}px)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>An upgrade of the lab in a terminal</title>
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#d6deeb}
.b{font-weight:bold;fill:#fff}.d{fill:#8b98a9}.r{fill:#ff7b72}.g{fill:#7ee787}.y{fill:#f2cc60}.c{fill:#79c0ff}
.film{animation:film ${Math.round(slots * secondsEach)}s step-end infinite}
@keyframes film{${keys.join("")}${last}}
@media (prefers-reduced-motion:reduce){.film{animation:none;transform:translateX(-${still * width}px)}}
</style>
<defs>
${defs}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<g class="film">
${shown.join("\n")}
</g>
</svg>
`;
}
