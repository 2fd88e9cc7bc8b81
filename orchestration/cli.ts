#!/usr/bin/env -S npx tsx
import { EXIT_CODES } from "./commands/exitCodes";
import { RepaveError } from "./domain/errors";
import { commandLine } from "./program";

/** A command line of this process: its words, its streams, its signals. */
function main(): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => {
    if (interrupt.signal.aborted) process.exit(EXIT_CODES.interrupted);
    process.stderr.write("\nStopping at the next safe point; once more to stop at once. The same command goes on.\n");
    interrupt.abort(new RepaveError("INTERRUPTED", "stopped by a signal"));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return commandLine(process.argv.slice(2), {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    signal: interrupt.signal,
  });
}

void main().then((code) => process.exit(code));
