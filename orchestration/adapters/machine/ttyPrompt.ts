import { createInterface } from "node:readline/promises";
import { RepaveError } from "../../domain/errors";
import { printable } from "../../domain/printable";
import type { Prompt } from "../../ports/prompt";

/** Asks on the terminal. `yes` answers every question. Without a terminal it throws. */
export function ttyPrompt(options: { readonly yes: boolean; readonly signal: AbortSignal }): Prompt {
  return {
    async confirm(question) {
      if (options.yes) return true;
      if (!process.stdin.isTTY) throw new RepaveError("CONFIRMATION_NEEDED", "standard input is not a terminal");
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        const answer = await terminal.question(`${printable(question)} [y/N] `, { signal: options.signal });
        return /^y(es)?$/i.test(answer.trim());
      } catch {
        throw new RepaveError("INTERRUPTED", "while waiting for confirmation");
      } finally {
        terminal.close();
      }
    },
  };
}
