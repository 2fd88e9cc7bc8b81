import { resolve } from "node:path";
import { DEBUG_ENV } from "../adapters/machine/trace";
import { jsonReporter } from "../adapters/reporters/jsonReporter";
import { liveReporter } from "../adapters/reporters/live/liveReporter";
import type { Screen } from "../adapters/reporters/live/screen";
import { rolloutJson } from "../adapters/reporters/rollout/jsonLines";
import { rolloutLive } from "../adapters/reporters/rollout/liveBlock";
import { rolloutText } from "../adapters/reporters/rollout/textLines";
import { textReporter } from "../adapters/reporters/textReporter";
import type { RolloutPlan } from "../domain/rollout/model";
import type { Clock } from "../ports/clock";
import type { Reporter } from "../ports/reporter";
import type { RolloutReporter } from "../ports/rollout";
import type { TargetOptions } from "../wiring/target";

/** Options that every verb on a stack has. */
export interface StackOptions {
  readonly stack?: string;
  readonly json?: boolean;
  readonly speed?: number;
  readonly nodeBuild?: number;
  readonly estate?: string;
  readonly fault?: readonly string[];
  /** Lines only, on a terminal too. */
  readonly plain?: boolean;
}

/** What a command writes to. Results and events go to `out`, what is only for a person's patience to `err`. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Aborts with a RepaveError when the operator stops the command. */
  readonly signal: AbortSignal;
  /** The terminal that `out` and `err` write to, where there is one to draw on. */
  readonly screen?: Screen | undefined;
}

export function reporterFor(options: StackOptions, io: Io): (clock: Clock) => Reporter {
  return (clock) =>
    options.json === true
      ? jsonReporter(
          (line) => io.out(line),
          () => clock.now(),
        )
      : textReporter({ stream: process.stdout, now: () => clock.now() });
}

/** What a run is shown with: on a terminal that can be drawn on a live block, unless lines are asked for. */
export function runReporterFor(options: StackOptions, io: Io): (clock: Clock) => Reporter {
  const { screen } = io;
  if (!screen || options.json === true || options.plain === true) return reporterFor(options, io);
  return (clock) =>
    liveReporter({
      screen,
      now: () => clock.now(),
      stopping: () => io.signal.aborted,
      color: !process.env["NO_COLOR"],
      every,
    });
}

/** What a rollout is shown with. */
export function rolloutReporterFor(
  options: Pick<StackOptions, "json" | "plain">,
  io: Io,
  plan: RolloutPlan,
): RolloutReporter {
  const now = (): number => Date.now();
  const write = (line: string): void => io.out(line);
  if (options.json === true) return rolloutJson(write, now);
  const { screen } = io;
  if (!screen || options.plain === true) return rolloutText(write, now, plan);
  return rolloutLive({ screen, now, plan, color: !process.env["NO_COLOR"], every });
}

function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms).unref();
  return () => clearInterval(timer);
}

/** What a verb passes to `openTarget`. */
export const targetOptions = (options: StackOptions, io: Io): TargetOptions => ({
  ...options,
  stack: options.stack,
  note: (line) => io.err(line),
  reporter: reporterFor(options, io),
});

/** Carries out `--debug`: for this process, and for those that it starts. */
export function showCalls(place: string | boolean | undefined): void {
  if (place === undefined || place === false) return;
  process.env[DEBUG_ENV] = place === true ? "-" : resolve(place);
}
