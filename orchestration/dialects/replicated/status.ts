import type { Release } from "../../domain/release";
import { isRecord, jsonDocument, onlyEntry } from "../../domain/text/text";
import { releaseOfSequence } from "./sequences";

/** The application as `replicatedctl app status --output json` tells it, or undefined where the answer cannot be understood. */
export function parseAppStatus(
  raw: string,
): { release: Release; state: string; desiredState: string; isTransitioning: boolean } | undefined {
  return jsonDocument(raw, (document) => {
    const entry = onlyEntry(document);
    if (!isRecord(entry)) return undefined;
    const { Sequence: sequence, State: state, DesiredState: desiredState, IsTransitioning: isTransitioning } = entry;
    if (typeof sequence !== "number" || !Number.isInteger(sequence)) return undefined;
    if (typeof state !== "string" || typeof desiredState !== "string" || typeof isTransitioning !== "boolean") {
      return undefined;
    }
    return { release: releaseOfSequence(sequence), state, desiredState, isTransitioning };
  });
}

/** Parts of Replicated and the word of each, from `replicatedctl system status`; undefined where it cannot be understood. */
export function parseSystemStatus(raw: string): Readonly<Record<string, string>> | undefined {
  return jsonDocument(raw, (document) => {
    const entry = onlyEntry(document);
    // `Replicated` is named in every answer; its absence means that this is another command's output or a log line.
    if (!isRecord(entry) || !("Replicated" in entry)) return undefined;
    const words = Object.entries(entry);
    return words.every((word): word is [string, string] => typeof word[1] === "string")
      ? Object.fromEntries(words)
      : undefined;
  });
}
