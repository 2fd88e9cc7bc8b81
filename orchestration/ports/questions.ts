/** Asks the person at the keyboard for values. */
export interface Questions {
  /** Whether somebody is there to answer. */
  readonly possible: boolean;
  /**
   * A line of text, trimmed. Empty: left open. `problem` says what is wrong with an answer that is not empty; the question is then
   * asked again. Throws `INTERRUPTED`.
   */
  text(question: string, options: TextOptions): Promise<string>;
  /** One of several. Throws `INTERRUPTED`. */
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T>;
}

export interface TextOptions {
  /** What an answer looks like. */
  readonly example: string;
  problem(answer: string): string | undefined;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly title: string;
}
