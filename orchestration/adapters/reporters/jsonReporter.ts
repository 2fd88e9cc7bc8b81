import type { RunEvent } from "../../domain/events";
import type { Reporter } from "../../ports/reporter";

/** One JSON object a line, with the time of the run's clock in front; the last line of an upgrade is `run.finished`. */
export function jsonReporter(write: (line: string) => void, now: () => number): Reporter {
  return {
    emit: (event: RunEvent) => write(JSON.stringify({ at: new Date(now()).toISOString(), ...event })),
  };
}
