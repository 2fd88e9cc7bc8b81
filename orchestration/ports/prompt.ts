/** The question to the person at the keyboard. */
export interface Prompt {
  /** Asks yes or no. Throws `CONFIRMATION_NEEDED` where there is nobody to ask: it never guesses. */
  confirm(question: string): Promise<boolean>;
}
