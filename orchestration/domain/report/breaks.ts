import type { Span } from "../outage";

const LEAST_MS = 20 * 60_000;
/** What stays of a stretch that is cut out, at either side. */
const MARGIN_MS = 60_000;
const PART_OF_WHOLE = 0.3;

/** Long stretches in which nothing happened, to be cut out of a time axis so that the minutes beside them can be seen. */
export function emptyStretches(times: readonly number[]): readonly Span[] {
  const sorted = [...times].sort((a, b) => a - b);
  const whole = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  return sorted.slice(1).flatMap((to, index) => {
    const from = sorted[index] ?? to;
    const long = to - from > Math.max(LEAST_MS, whole * PART_OF_WHOLE);
    return long ? [{ from: from + MARGIN_MS, to: to - MARGIN_MS }] : [];
  });
}
