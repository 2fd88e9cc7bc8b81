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
}

/** Loaded only where there is a terminal to draw on. The cursor stays visible: a process that is killed could not bring it back. */
export async function loadLogUpdate(stream: TerminalStream): Promise<LogUpdate> {
  const { createLogUpdate } = await import("log-update");
  return createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
}

/** Draws on a terminal. The drawing library is loaded when there is something to draw; until then nothing is. */
export function terminalScreen(stream: TerminalStream, load: (stream: TerminalStream) => Promise<LogUpdate>): Screen {
  let update: LogUpdate | undefined;
  let loading = false;
  let block: readonly string[] = [];
  let drawn = 0;
  const erase = (): void => {
    update?.clear();
    drawn = 0;
  };
  const redraw = (): void => {
    if (!update || block.length === 0) return;
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
