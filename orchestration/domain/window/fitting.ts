import { DateTime } from "luxon";
import { type Calendar, type Opening, openings } from "./calendar";

/** Whether something that takes a while may begin now. */
export type Fit =
  /** `until`: when the window closes; Infinity: never. */
  | { readonly fits: true; readonly until: number }
  /** `next`: when it may begin at the earliest; undefined: not within a year. */
  | { readonly fits: false; readonly because: string; readonly next: number | undefined };

/** How many days ahead the next opening is looked for, further only where there is none. */
const AHEAD = [9, 60, 370];

/** Looks whether `neededMs` from now on are within one window. */
export function fitNow(calendar: Calendar, now: number, neededMs: number): Fit {
  const present = openings(calendar, now, 9).find(({ from, to }) => from <= now && now < to);
  if (present && now + neededMs <= present.to) return { fits: true, until: present.to };
  const longEnough = ({ from, to }: Opening): boolean => from > now && to - from >= neededMs;
  const next = AHEAD.reduce<number | undefined>(
    (found, days) => found ?? openings(calendar, now, days).find(longEnough)?.from,
    undefined,
  );
  return { fits: false, because: because(calendar, now, neededMs, present?.to), next };
}

function because(calendar: Calendar, now: number, neededMs: number, closes: number | undefined): string {
  const zone = zoneOf(calendar);
  if (closes !== undefined) {
    return `the window closes at ${wallTime(closes, zone)}, in ${inMinutes(closes - now)}; ${inMinutes(neededMs)} are needed`;
  }
  const freeze = calendar.freezes.find((each) =>
    openings({ windows: [], freezes: [each] }, now, 1).every((o) => now < o.from || now >= o.to),
  );
  if (freeze) return `frozen (${freeze.text})`;
  return `outside every window (${calendar.windows.map(({ text }) => text).join("; ")})`;
}

/** The zone of the calendar's first window, for times that are shown to a person. */
export const zoneOf = ({ windows, freezes }: Calendar): string => windows[0]?.zone ?? freezes[0]?.zone ?? "UTC";

/** `2026-12-06 02:00 Europe/Amsterdam`. */
export const wallTime = (at: number, zone: string): string =>
  `${DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd HH:mm")} ${zone}`;

/** `1h 20m`, rounded up: nobody is harmed by a minute too many. */
export function inMinutes(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** It in one sentence. */
export function describeFit(seen: Fit, calendar: Calendar): string {
  const zone = zoneOf(calendar);
  if (seen.fits)
    return seen.until === Infinity
      ? "no maintenance window or freeze applies"
      : `the window is open until ${wallTime(seen.until, zone)}`;
  return `${seen.because}; ${seen.next === undefined ? "no window within a year is long enough" : `the next window opens ${wallTime(seen.next, zone)}`}`;
}
