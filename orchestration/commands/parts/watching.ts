import { setTimeout as pauseFor } from "node:timers/promises";
import { clockTime } from "../../domain/text/words";
import { answer } from "../../adapters/reporters/schema/answers";
import { printed } from "../../adapters/reporters/schema/stream";
import { asRepaveError } from "../../domain/errors";
import { printable, type Printable } from "../../domain/text/printable";
import { EXIT_CODES } from "./exitCodes";
import { wrap } from "../../adapters/reporters/layout/wrap";
import type { Screen } from "../../adapters/reporters/live/screen";
import type { Io } from "../io";

export interface WatchOptions {
  readonly json?: boolean;
  readonly plain?: boolean;
  /** Again and again, until Ctrl-C. */
  readonly watch?: boolean;
}

/** The result of one check: lines for a person, one object for a machine, and an exit code. */
export interface Look {
  readonly lines: readonly string[];
  /** The same with colours, for a terminal. */
  readonly painted?: readonly Printable[];
  readonly json: { readonly event: string };
  readonly code: number;
}

/** Seconds of the person who watches, whatever the clock of the fleet. */
const EVERY_MS = 5_000;

const CLEAR = "\u001b[2J\u001b[H";

type Pause = (ms: number, signal: AbortSignal) => Promise<unknown>;

const really: Pause = (ms, signal) => pauseFor(ms, undefined, { signal });

/**
 * Checks once, or with `watch` until Ctrl-C. On a terminal each check replaces the previous one;
 * in a pipe they follow each other, and with `--json` each is one object. A failed check is reported, and the next one made.
 * Resolves to the exit code of the last check.
 */
export async function looking(
  options: WatchOptions,
  io: Io,
  look: () => Promise<Look>,
  pause: Pause = really,
): Promise<number> {
  const show = ({ lines, json }: Look, before: readonly string[] = []): void => {
    if (options.json === true) io.out(JSON.stringify(printed(json)));
    else io.out([...before, ...lines].join("\n"));
  };
  const screen = options.plain === true || options.json === true ? undefined : io.screen;
  if (options.watch !== true) {
    const only = await look();
    if (screen && only.painted) screen.print(fitted(only.painted, screen));
    else show(only);
    return only.code;
  }
  let code = 0;
  const isOver = (): boolean => io.signal.aborted;
  while (!isOver()) {
    const seen = await look().catch(failed);
    if (isOver()) break;
    code = seen.code;
    const time = clockTime(Date.now());
    if (screen) redraw(screen, `${time}, every ${EVERY_MS / 1000} s until Ctrl-C`, seen);
    else show(seen, [`-- ${time}`]);
    await pause(EVERY_MS, io.signal).catch(() => undefined);
  }
  return code;
}

/** Past `io.out`, which would show our own sequences instead of letting them act. */
function redraw(screen: Screen, title: string, { lines, painted = lines.map(printable) }: Look): void {
  screen.print(`${CLEAR}${fitted([title, ...painted], screen)}`);
}

/** Broken between words, with the marks of the lines standing out. */
const fitted = (lines: readonly string[], { columns }: Screen): string =>
  lines.map((line) => wrap(line, columns)).join("\n");

function failed(thrown: unknown): Look {
  const { code, detail, message, disposition } = asRepaveError(thrown);
  if (disposition === "usage") throw thrown;
  return {
    lines: [`cannot read the state: ${message}`],
    json: answer("error", { code, detail }),
    code: EXIT_CODES.failed,
  };
}
