import { createColors } from "picocolors";
import type { RunEvent } from "../../../domain/events";
import { isStep } from "../../../domain/steps";
import { oneLine, printableWithin } from "../../../domain/text/printable";
import type { Reporter } from "../../../ports/reporter";
import { render } from "../lines";
import { clockTime, duration } from "../../../domain/text/words";
import { wrap } from "../layout/wrap";
import { reminders } from "../reminders";
import type { Screen } from "./screen";
import { view } from "./view";
import { advance, NOTHING_SEEN } from "./state";

export interface LiveOptions {
  readonly screen: Screen;
  /** Time of the run's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether the operator has asked to stop. */
  readonly stopping: () => boolean;
  readonly color: boolean;
  /** Calls back every so many real milliseconds until what it answers is called. */
  readonly every: (ms: number, act: () => void) => () => void;
}

/** From then on there is something to watch; before, and in a pause, the operator is asked something. */
const isUnderWay = (event: RunEvent): boolean =>
  event.event === "run.resumed" ||
  event.event === "pause.ended" ||
  (event.event === "step.started" && !isStep(event.step, "preflight"));

const REDRAW_MS = 500;

/**
 * Progress on a terminal: the lines that stay, with the time in front, above one block that shows the run as it is now. The block
 * is there from the first step to the end; before it the operator is asked.
 */
export function liveReporter({ screen, now, stopping, color, every }: LiveOptions): Reporter {
  const colors = createColors(color);
  const kept = reminders();
  let state = NOTHING_SEEN;
  let stop: (() => void) | undefined;

  const draw = (): void => {
    const { columns, rows } = screen;
    screen.draw(view(state, { columns, rows, now: now(), colors, duration, stopping: stopping() }));
  };
  const print = (lines: readonly string[]): void => {
    const stamp = colors.dim(clockTime(now()));
    for (const text of lines) screen.print(text === "" ? "" : wrap(`${stamp} ${text}`, screen.columns));
  };
  const hide = (): void => {
    stop?.();
    stop = undefined;
    screen.clear();
  };
  return {
    emit(event: RunEvent) {
      state = advance(state, printableWithin(event, oneLine), now());
      kept.hear(event);
      const { kind, lines } = render(event, colors);
      if (event.event === "run.finished") {
        hide();
        print([...lines, ...kept.lines(colors)]);
        return;
      }
      if (kind === "line") print(lines);
      if (event.event === "pause.began") hide();
      else if (isUnderWay(event)) stop ??= every(REDRAW_MS, draw);
      if (stop) draw();
    },
  };
}
