/** Asks the person at the keyboard. */
export interface Prompt {
  /** Asks a question that yes agrees to; or, where a word is given, only that word. Throws `CONFIRMATION_NEEDED` if nobody is there. */
  confirm(question: string, word?: string): Promise<boolean>;
}

/** Where a run stops before its outage, until somebody lets it go on. */
export interface Pause {
  /** Resolves to true when somebody says that it goes on, to false at once if nobody is there to ask. */
  go(signal: AbortSignal): Promise<boolean>;
}
