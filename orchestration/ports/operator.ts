/** The person at the keyboard. */
export interface Operator {
  /** Asks yes or no. Throws `CONFIRMATION_NEEDED` where there is nobody to ask: it never guesses. */
  confirm(question: string): Promise<boolean>;
}
