import type { RunEvent } from "../../domain/events";
import { printed } from "./schema/stream";
import type { Reporter } from "../../ports/reporter";

/**
 * One JSON object per line, with the time of the run's clock in front: of the event where it says when that was, else of its telling.
 * The last line of an upgrade is `run.finished`.
 */
export function jsonReporter(write: (line: string) => void, now: () => number): Reporter {
  return {
    emit(event: RunEvent) {
      const at = new Date("at" in event ? event.at : now()).toISOString();
      write(JSON.stringify(Object.assign({ at }, printed(event), { at })));
    },
  };
}
