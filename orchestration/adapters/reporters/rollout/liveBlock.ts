import { createColors } from "picocolors";
import type { Colors } from "picocolors/types";
import type { RolloutPlan } from "../../../domain/rollout/model";
import { eventLines, goalText } from "../../../domain/rollout/words";
import { rolloutView, type StackRow } from "../../../domain/rollout/view";
import { beginning, printable } from "../../../domain/text/printable";
import { clockTime } from "../../../domain/text/words";
import type { RolloutReporter } from "../../../ports/rollout";
import type { Screen } from "../live/screen";

export interface LiveOptions {
  readonly screen: Screen;
  readonly now: () => number;
  readonly plan: RolloutPlan;
  readonly color: boolean;
  /** Calls `act` again and again; returns what ends that. */
  readonly every: (ms: number, act: () => void) => () => void;
}

const REDRAW_MS = 1_000;

const PAINT: Readonly<Record<StackRow["mood"], (c: Colors) => (text: string) => string>> = {
  idle: (c) => c.dim,
  busy: (c) => c.cyan,
  good: (c) => c.green,
  bad: (c) => c.red,
};

/** A block with a line for each stack, redrawn, below lines that stay. */
export function rolloutLive({ screen, now, plan, color, every }: LiveOptions): RolloutReporter {
  const c = createColors(color);
  const view = rolloutView(plan);
  const draw = (): void => {
    const room = Math.max(3, screen.rows - 2);
    const width = screen.columns - 1;
    const rows = view.rows(now());
    const lines = rows.map(({ text, mood }) => PAINT[mood](c)(beginning(printable(text), width)));
    // On a low terminal what is under way comes before what is over.
    const shown =
      lines.length <= room
        ? lines
        : lines.filter((_, index) => rows[index]?.mood !== "idle" && rows[index]?.mood !== "good");
    screen.draw([c.bold(beginning(`${plan.name}: ${goalText(plan)}`, width)), ...shown.slice(0, room)]);
  };
  const end = every(REDRAW_MS, draw);
  return {
    emit(event) {
      view.hear(event, now());
      if (STAYS.includes(event.event))
        for (const line of eventLines(event, plan)) screen.print(printable(`${clockTime(now())} ${line}`));
      draw();
      if (event.event !== "rollout.finished") return;
      end();
      screen.clear();
    },
  };
}

/** What is not in the block. */
const STAYS: readonly string[] = [
  "rollout.resumed",
  "rollout.wave.approved",
  "rollout.wave.started",
  "rollout.stack.waiting",
  "rollout.stack.finished",
  "rollout.soak.started",
  "rollout.soak.passed",
  "rollout.soak.failed",
  "rollout.note",
];
