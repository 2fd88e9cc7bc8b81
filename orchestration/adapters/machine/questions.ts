import type * as input from "@inquirer/input";
import type * as select from "@inquirer/select";
import { RepaveError } from "../../domain/errors";
import { printable } from "../../domain/text/printable";
import type { Questions } from "../../ports/questions";
import { lazily } from "./lazy";

/** Asks on the terminal; the questions go to standard error. */
export function ttyQuestions(signal: AbortSignal): Questions {
  const context = { output: process.stderr, signal };

  /** Ctrl-C and an input that ends are thrown by the library as errors of its own. */
  async function asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (thrown) {
      if (signal.aborted && signal.reason instanceof RepaveError) throw signal.reason;
      const isOfPrompt = thrown instanceof Error && thrown.name.endsWith("PromptError");
      throw isOfPrompt ? new RepaveError("INTERRUPTED", "while waiting for an answer", { cause: thrown }) : thrown;
    }
  }

  return {
    possible: process.stdin.isTTY && process.stderr.isTTY,
    async text(question, options) {
      const { default: ask } = lazily("@inquirer/input") as typeof input;
      const message = `${printable(question)} (${options.example}; Enter: leave open)`;
      const validate = (raw: string): true | string => {
        const text = raw.trim();
        return text === "" ? true : (options.problem(text) ?? true);
      };
      return (await asked(ask({ message, validate }, context))).trim();
    },
    choose(question, choices) {
      const { default: ask } = lazily("@inquirer/select") as typeof select;
      const shown = choices.map(({ value, title }) => ({ value, name: printable(title) }));
      return asked(ask({ message: printable(question), choices: shown }, context));
    },
  };
}
