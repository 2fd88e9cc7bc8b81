import { isRecord, jsonDocument } from "../../domain/text/text";

/**
 * When the licence ends, from `replicatedctl license inspect` (ms since the epoch; `never`); the earliest of several.
 * Undefined where it cannot be understood.
 */
export function parseLicenceExpiry(raw: string): number | "never" | undefined {
  return jsonDocument(raw, (document) => {
    const licences: readonly unknown[] = Array.isArray(document) ? document : [document];
    const ends = licences.map(endOf);
    if (ends.length === 0 || ends.includes(undefined)) return undefined;
    const dated = ends.filter((end) => typeof end === "number");
    return dated.length === 0 ? "never" : Math.min(...dated);
  });
}

function endOf(licence: unknown): number | "never" | undefined {
  if (!isRecord(licence) || !("ID" in licence || "ExpirationTime" in licence)) return undefined;
  const end = licence["ExpirationTime"];
  // Go writes its zero time where a licence has no end.
  if (end === undefined || end === null || end === "" || end === "0001-01-01T00:00:00Z") return "never";
  const ms = typeof end === "string" && /^\d{4}-\d{2}-\d{2}T/.test(end) ? Date.parse(end) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
