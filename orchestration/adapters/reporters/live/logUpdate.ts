import type { TerminalStream } from "./screen";

/** What is used of the library `log-update`. */
export interface LogUpdate {
  (text: string): void;
  clear(): void;
}

/** Loaded only where there is a terminal to draw on. The cursor stays visible: a process that is killed could not bring it back. */
export async function loadLogUpdate(stream: TerminalStream): Promise<LogUpdate> {
  const { createLogUpdate } = await import("log-update");
  return createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
}
