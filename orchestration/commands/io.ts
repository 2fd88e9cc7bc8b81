import { jsonReporter } from "../adapters/reporters/jsonReporter";
import { textReporter } from "../adapters/reporters/textReporter";
import type { Clock } from "../ports/clock";
import type { Reporter } from "../ports/reporter";
import type { TargetOptions } from "../wiring";

/** Options that every verb on a stack has. */
export interface StackOptions {
  readonly stack?: string;
  readonly json?: boolean;
  readonly speed?: number;
  readonly nodeBuild?: number;
  readonly fault?: readonly string[];
}

/** What a command writes to. Results and events go to `out`, what is only for a person's patience to `err`. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Aborts with a RepaveError when the operator stops the command. */
  readonly signal: AbortSignal;
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

/** What `openTarget` is told by a verb. */
export const targetOptions = (options: StackOptions, io: Io): TargetOptions => ({
  ...options,
  stack: options.stack,
  note: (line) => io.err(line),
  reporter: reporterFor(options, io),
});
