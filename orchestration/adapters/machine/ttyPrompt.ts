import { createInterface } from "node:readline/promises";
import { RepaveError } from "../../domain/errors";
import { printable } from "../../domain/text/printable";
import type { Pause, Prompt } from "../../ports/prompt";

/** Asks on the terminal. `yes` answers every question. Without a terminal it throws. */
export function ttyPrompt(options: { readonly yes: boolean; readonly signal: AbortSignal }): Prompt {
  return {
    async confirm(question, word) {
      if (options.yes) return true;
      if (!process.stdin.isTTY) throw new RepaveError("CONFIRMATION_NEEDED", "standard input is not a terminal");
      const hint = word === undefined ? "[y/N]" : `Type ${printable(word)} to agree:`;
      const answer = await asked(`${printable(question)} ${hint} `, options.signal, "while waiting for confirmation");
      return word === undefined ? /^y(es)?$/i.test(answer) : answer === word;
    },
  };
}

/** Waits for Enter on the terminal. */
export const ttyPause: Pause = {
  async go(signal) {
    if (!process.stdin.isTTY) return false;
    await asked("Press Enter to start the outage: ", signal, "while paused before the outage");
    return true;
  },
};

async function asked(question: string, signal: AbortSignal, when: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Input that ends (Ctrl-D, a terminal that is gone) is no answer.
  const ended = new AbortController();
  terminal.once("close", () => ended.abort());
  try {
    return (await terminal.question(question, { signal: AbortSignal.any([signal, ended.signal]) })).trim();
  } catch {
    throw signal.aborted && signal.reason instanceof RepaveError ? signal.reason : new RepaveError("INTERRUPTED", when);
  } finally {
    terminal.close();
  }
}
