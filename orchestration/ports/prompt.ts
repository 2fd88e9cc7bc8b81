/** Asks the operator for confirmation. */
export interface Prompt {
  /** Asks a yes-or-no question. Throws `CONFIRMATION_NEEDED` if there is no terminal to ask on. It never guesses. */
  confirm(question: string): Promise<boolean>;
}
