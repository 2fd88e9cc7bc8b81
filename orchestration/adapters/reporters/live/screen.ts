import { lengthOf } from "../layout/wrap";

/** A terminal: lines that stay, above a block that is redrawn. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** A line that stays, above the block. */
  print(line: string): void;
  /** What the block shows from now on. */
  draw(lines: readonly string[]): void;
  /** Takes the block away. */
  clear(): void;
}

/** What of a stream is needed; standard output on a terminal has it. */
export type TerminalStream = Pick<NodeJS.WriteStream, "write" | "columns" | "rows">;

/** What is used of the library `log-update`. */
export interface LogUpdate {
  (text: string): void;
  clear(): void;
  /** Leaves on the terminal what was drawn, and begins anew below it. */
  done(): void;
}

/** Loaded only where there is a terminal to draw on. The cursor stays visible: a process that is killed could not bring it back. */
export async function loadLogUpdate(stream: TerminalStream): Promise<LogUpdate> {
  const { createLogUpdate } = await import("log-update");
  return createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
}

const sizeOf = ({ columns, rows }: TerminalStream): string => `${columns}x${rows}`;

/** More lines than a terminal is high. */
const MOST_LINES = 300;

/** The last lines that stay, as they were printed. */
function recentLines(): { add(text: string): void; lines(): readonly string[] } {
  const kept: string[] = [];
  return {
    add(text) {
      kept.push(...text.split("\n"));
      if (kept.length > 2 * MOST_LINES) kept.splice(0, kept.length - MOST_LINES);
    },
    lines: () => kept,
  };
}

/**
 * What clears a terminal and prints the last lines again, with room for a block below them. Where too few lines are known to fill it,
 * what stands there is moved up first, and so is not lost.
 */
function repainted(lines: readonly string[], { columns, rows }: TerminalStream, block: number): string {
  const room = Math.max(0, rows - block - 1);
  const shown: string[] = [];
  let taken = 0;
  for (const line of lines.toReversed()) {
    taken += Math.max(1, Math.ceil(lengthOf(line) / columns));
    if (taken > room) break;
    shown.unshift(line);
  }
  const known = lines.length > shown.length;
  const aside = known ? "" : `\u001b[${rows};1H${"\n".repeat(rows)}`;
  // Row by row: some terminals keep a screen that is cleared at once, and everything on it would be there twice.
  const cleared = Array.from({ length: rows }, (_, row) => `\u001b[${row + 1};1H\u001b[2K`).join("");
  return `${aside}${cleared}\u001b[1;1H${shown.map((line) => `${line}\n`).join("")}`;
}

/** Draws on a terminal. The drawing library is loaded when there is something to draw; until then nothing is. */
export function terminalScreen(stream: TerminalStream, load: (stream: TerminalStream) => Promise<LogUpdate>): Screen {
  let update: LogUpdate | undefined;
  let loading = false;
  let block: readonly string[] = [];
  let drawn = 0;
  /** The terminal as it was when the block was drawn last. */
  let size = sizeOf(stream);
  const printed = recentLines();
  /** A terminal that was resized has broken its lines anew: how many rows the block takes now, nobody knows. */
  const settle = (): void => {
    if (drawn > 0 && size !== sizeOf(stream)) {
      stream.write(repainted(printed.lines(), stream, block.length));
      update?.done();
      drawn = 0;
    }
    size = sizeOf(stream);
  };
  const erase = (): void => {
    settle();
    update?.clear();
    drawn = 0;
  };
  const redraw = (): void => {
    if (!update || block.length === 0) return;
    settle();
    // log-update 7.2 writes what differs and leaves a tail that is the same where it was, also when there are more or fewer lines.
    if (block.length !== drawn) erase();
    update(block.join("\n"));
    drawn = block.length;
  };
  return {
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    print(line) {
      erase();
      printed.add(line);
      stream.write(`${line}\n`);
      redraw();
    },
    draw(lines) {
      block = lines;
      if (update) redraw();
      else if (!loading) {
        loading = true;
        void load(stream).then(
          (loaded) => {
            update = loaded;
            redraw();
          },
          // Without it the lines that stay are all there is.
          () => undefined,
        );
      }
    },
    clear() {
      block = [];
      erase();
    },
  };
}
