import { isRecord, jsonDocument, lines } from "../../domain/text/text";

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

/** The answer of `curl -w '\n%{http_code}'`: the body, and the status on the last line; `000` (nothing answered) is 0. */
export function parseHttpAnswer(raw: string): { status: number; body: string } | undefined {
  const all = [...lines(raw)];
  while (all.length > 0 && all.at(-1) === "") all.pop();
  const status = all.pop();
  return status !== undefined && /^\d{3}$/.test(status) ? { status: Number(status), body: all.join("\n") } : undefined;
}

/** Reads the free bytes from `df -B1 --output=avail PATH`: a header and one number. */
export function parseDiskFree(raw: string): number | undefined {
  const all = lines(raw).map((line) => line.trim());
  const value = all[all.indexOf("Avail") + 1];
  return all.includes("Avail") && value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
