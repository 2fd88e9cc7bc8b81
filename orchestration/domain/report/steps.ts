import type { JournalEntry } from "../journal";
import type { Span } from "../outage";
import { extent } from "./attempts";

/** How a step ended: `interrupted`: the operator stopped it, or its process died in it; `under way`: it has not ended yet. */
export type StepEnd = "done" | "failed" | "interrupted" | "under way";

export interface StepSpan extends Span {
  readonly step: string;
  readonly title: string;
  readonly hop: number;
  readonly end: StepEnd;
}

/** Every attempt at every step. `asOf`: until when a step that goes on is drawn. */
export function stepSpans(
  attempts: readonly (readonly JournalEntry[])[],
  { isOpen, asOf }: { readonly isOpen: boolean; readonly asOf: number },
): readonly StepSpan[] {
  return attempts.flatMap((entries, index) =>
    entries.flatMap((entry, at): StepSpan[] => {
      if (entry.event !== "step.started") return [];
      const { step, title, hop } = entry;
      const rest = entries.slice(at + 1);
      const over = rest.find(
        (later) =>
          ((later.event === "step.finished" || later.event === "step.started") && later.step === step) ||
          later.event === "run.failed",
      );
      const isLast = index === attempts.length - 1;
      const open = isLast && isOpen;
      const span = { step, title, hop, from: entry.at };
      if (over?.event === "step.finished") return [{ ...span, to: over.at, end: "done" }];
      if (over) return [{ ...span, to: over.at, end: wasStopped(over) ? "interrupted" : "failed" }];
      return [
        open
          ? { ...span, to: Math.max(asOf, entry.at), end: "under way" }
          : { ...span, to: extent(entries).to, end: "interrupted" },
      ];
    }),
  );
}

const wasStopped = (entry: JournalEntry): boolean => entry.event === "run.failed" && entry.code === "INTERRUPTED";
