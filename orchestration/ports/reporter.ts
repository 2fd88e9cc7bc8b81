import type { RunEvent } from "../domain/events";

/** Whoever watches a run: a terminal, a pipe, a machine. Never throws: a run does not fail because nobody could be told. */
export interface Reporter {
  emit(event: RunEvent): void;
}
