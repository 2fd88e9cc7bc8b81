import type { Colors } from "picocolors/types";
import type { RunEvent } from "../../domain/events";
import { oneLine } from "../../domain/text/printable";

/** Warnings of a run, kept for its end, where they cannot have scrolled away. */
export interface Reminders {
  hear(event: RunEvent): void;
  /** What to say once more; empty where nothing was. */
  lines(c: Colors): readonly string[];
}

export function reminders(): Reminders {
  const heard = new Map<string, number>();
  return {
    hear(event) {
      if (event.event !== "warning" && event.event !== "override.used") return;
      const text = event.event === "warning" ? event.text : `accepted risk ${event.id}: ${event.because}`;
      const said = oneLine(text);
      heard.set(said, (heard.get(said) ?? 0) + 1);
    },
    lines(c) {
      if (heard.size === 0) return [];
      const times = (count: number): string => (count === 1 ? "" : ` (${count} times)`);
      return [
        "",
        "Warnings of this run:",
        ...[...heard].map(([text, count]) => `  ${c.yellow("!")} ${text}${times(count)}`),
      ];
    },
  };
}
