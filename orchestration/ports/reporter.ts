import type { RunEvent } from "../domain/events";

/**
 * Receives the events of a run: a terminal, a pipe, a machine. Never throws, because a run does not fail when nobody can be
 * told.
 */
export interface Reporter {
  emit(event: RunEvent): void;
}
