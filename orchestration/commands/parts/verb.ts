import type { Command } from "commander";
import type { Io } from "../io";

/** What a verb needs to register itself. `exit` takes the exit code of the process. */
export interface Verbs {
  readonly io: Io;
  readonly verb: (description: string) => Command;
  readonly exit: (code: number) => void;
}

/** One verb of the command line. */
export interface Verb {
  readonly name: string;
  /** Whether it changes something: then the first Ctrl-C stops it at a point from which it can be resumed. */
  readonly acts: boolean;
  /** Adds its options and what it does. */
  register(verbs: Verbs): void;
}

/** Where the help of a verb is, after what was wrong with its command line. */
export const seeHelp = (verb: string): string => `See \`${verb} --help\`.`;

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
