/** Answers of common commands, whatever the dialect. */
import { lines } from "../domain/text/text";

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
