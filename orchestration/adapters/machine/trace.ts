import { appendFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { printable } from "../../domain/text/printable";
import { redact } from "./redact";

/** Environment: set by `--debug`. `-`: standard error; otherwise a file, to which lines are added. */
export const DEBUG_ENV = "TFE_REPAVE_DEBUG";

/**
 * Makes a call, and with `--debug` says what it was, how long it took and how it ended. Values of secret variables are masked. A
 * trace that cannot be written stops nothing.
 */
export async function traced<T>(what: () => string, call: () => Promise<T>, ended?: (result: T) => string): Promise<T> {
  const place = process.env[DEBUG_ENV];
  if (!place) return call();
  const began = performance.now();
  const say = (outcome: string): void => {
    const line = `${new Date().toISOString()} ${(performance.now() - began).toFixed(0).padStart(6)} ms  ${unset(what())}  ${outcome}`;
    write(place, printable(redact(line, process.env).replace(/\s*[\r\n]+\s*/g, " ")));
  };
  try {
    const result = await call();
    say(ended?.(result) ?? "ok");
    return result;
  } catch (thrown) {
    say(thrown instanceof Error ? `${thrown.name}: ${thrown.message.slice(0, 200)}` : "failed");
    throw thrown;
  }
}

/** A command that sets something shows what it sets, but not to what. */
const unset = (words: string): string => words.replace(/(\bset '?[\w.:-]+'?) .*$/s, "$1 [value]");

function write(place: string, line: string): void {
  try {
    if (place === "-") process.stderr.write(`${line}\n`);
    else appendFileSync(place, `${line}\n`, { mode: 0o600 });
  } catch {
    return;
  }
}
