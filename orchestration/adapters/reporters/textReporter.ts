import { createColors } from "picocolors";
import type { RunEvent } from "../../domain/events";
import { beginning } from "../../domain/text/printable";
import type { Reporter } from "../../ports/reporter";
import { render } from "./lines";
import { clockTime } from "../../domain/text/words";
import { wrap } from "./layout/wrap";
import { reminders } from "./reminders";

export interface TextOptions {
  readonly stream: Pick<NodeJS.WriteStream, "write"> & { readonly isTTY?: boolean; readonly columns?: number };
  /** Time of the run's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Default: colour on a terminal, unless NO_COLOR says otherwise. */
  readonly color?: boolean;
}

/**
 * Progress for a person. On a terminal the last line is live: it is overwritten by the next progress and cleared by the next
 * line that stays. Piped: plain lines with the time in front, and only those that say something new.
 */
export function textReporter({ stream, now, color }: TextOptions): Reporter {
  const terminal = stream.isTTY === true;
  const colors = createColors(color ?? (terminal && !process.env["NO_COLOR"]));
  let drawn = false;
  let previous = "";
  const kept = reminders();

  const clear = (): void => {
    if (drawn) stream.write("\r\u001b[2K");
    drawn = false;
  };
  return {
    emit(event: RunEvent) {
      kept.hear(event);
      const { kind, lines: said } = render(event, colors);
      const lines = event.event === "run.finished" ? [...said, ...kept.lines(colors)] : said;
      const stamp = clockTime(now());
      if (kind === "live") {
        const [text = ""] = lines;
        if (terminal) {
          clear();
          stream.write(colors.dim(beginning(`${stamp} ${text}`, (stream.columns ?? 80) - 1)));
          drawn = true;
        } else if (text !== previous) {
          stream.write(`${stamp} ${text}\n`);
        }
        previous = text;
        return;
      }
      clear();
      const width = stream.columns ?? 80;
      for (const text of lines)
        stream.write(terminal || text === "" ? `${terminal ? wrap(text, width) : text}\n` : `${stamp} ${text}\n`);
    },
  };
}
