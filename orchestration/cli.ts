#!/usr/bin/env -S npx tsx
import "./firstByte";
import { flushed, outliveReader } from "./adapters/machine/output";
import { loadLogUpdate, terminalScreen, type Screen } from "./adapters/reporters/live/screen";
import { EXIT_CODES } from "./commands/parts/exitCodes";
import { RepaveError } from "./domain/errors";
import { printable } from "./domain/text/printable";
import { acts, commandLine } from "./program";

/** A command line of this process: its words, its streams, its signals. */
async function main(): Promise<number> {
  const interrupt = new AbortController();
  const words = process.argv.slice(2);
  const screen = screenOf(process.env);
  const err = writer(process.stderr, process.stderr.isTTY ? screen : undefined);
  const stop = (): void => {
    if (interrupt.signal.aborted) process.exit(EXIT_CODES.interrupted);
    err(`\n${stoppingWords(words)}`);
    interrupt.abort(new RepaveError("INTERRUPTED", "stopped by a signal"));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // Without a reader everything ends as it would, except what shows the same again and again.
  outliveReader(process.stdout, () => {
    if (words.some((word) => WATCHING.includes(word))) void end(EXIT_CODES.done);
  });
  outliveReader(process.stderr);
  try {
    return await commandLine(words, {
      out: writer(process.stdout, screen),
      err,
      signal: interrupt.signal,
      screen,
    });
  } finally {
    screen?.clear();
  }
}

/** Options of what only looks, until it is stopped or content. */
const WATCHING = ["--watch", "--wait"];

/** Lines of a stream, in which nothing acts on a terminal; those on a terminal go above what is drawn there. */
function writer(stream: NodeJS.WriteStream, screen: Screen | undefined): (line: string) => void {
  return (line) => {
    const text = printable(line);
    if (screen) screen.print(text);
    else stream.write(`${text}\n`);
  };
}

/** What the first Ctrl-C does. */
function stoppingWords([verb = ""]: readonly string[]): string {
  if (verb === "lab") return "Stopping the lab. It continues from here next time.";
  return acts(verb) ? "Stopping at the next safe point. Press Ctrl-C again to stop at once." : "Stopping.";
}

/** Where there is a person to draw for. */
function screenOf({ CI, TERM }: NodeJS.ProcessEnv): Screen | undefined {
  const drawable = process.stdout.isTTY && !CI && TERM !== "dumb";
  return drawable ? terminalScreen(process.stdout, loadLogUpdate) : undefined;
}

/** Ends the process, with everything written: `process.exit()` alone drops what a slow reader has not taken yet. */
async function end(code: number): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

void main().then(end);
