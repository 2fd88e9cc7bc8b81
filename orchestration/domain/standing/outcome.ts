/** Every way in which a run ends. */
export const OUTCOMES = [
  "done",
  "nothing-to-do",
  "not-now",
  "gave-up",
  "failed",
  "blocked",
  "halted",
  "declined",
  "interrupted",
  "aborted",
] as const;

export type Outcome = (typeof OUTCOMES)[number];
