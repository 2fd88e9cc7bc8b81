import { DateTime, Interval } from "luxon";
import { RepaveError } from "../errors";
import { zoneProblem } from "./zone";

/**
 * A maintenance window: on these weekdays (1: Monday), between these minutes of the day by the clock on the wall of its zone. It
 * ends on the next day where `to` is not later than `from`.
 */
export interface Window {
  readonly text: string;
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly zone: string;
}

/** Whole days on which no run may start, both ends included. */
export interface Freeze {
  readonly text: string;
  readonly first: string;
  readonly last: string;
  readonly zone: string;
}

/** When a run may start. Without a window: at any time that is not frozen. */
export interface Calendar {
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
}

export const ALWAYS: Calendar = { windows: [], freezes: [] };

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_A_DAY = 24 * 60;

/** Reads `tfe:windows` and `tfe:freeze`. Throws `STACK_CONFIG_INVALID` with every problem at once. */
export function parseCalendar(windows: readonly string[], freeze: readonly string[]): Calendar {
  const { calendar, problems } = read(windows, freeze);
  if (problems.length > 0) throw new RepaveError("STACK_CONFIG_INVALID", problems.join("; "));
  return calendar;
}

/** Everything that is wrong with `tfe:windows` and `tfe:freeze`; empty: nothing. */
export const calendarProblems = (windows: readonly string[], freeze: readonly string[]): readonly string[] =>
  read(windows, freeze).problems;

function read(
  windows: readonly string[],
  freeze: readonly string[],
): { readonly calendar: Calendar; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const each = <T>(key: string, texts: readonly string[], parse: (text: string) => T | string): readonly T[] =>
    texts.flatMap((text) => {
      const parsed = parse(text);
      if (typeof parsed !== "string") return [parsed];
      problems.push(`tfe:${key} "${text}": ${parsed}`);
      return [];
    });
  const open = each("windows", windows, parseWindow);
  const zones = new Set(open.map((window) => window.zone));
  const [shared] = zones;
  const zone = zones.size === 1 && shared !== undefined ? shared : "UTC";
  const freezes = each("freeze", freeze, (text) => parseFreeze(text, zone));
  return { calendar: { windows: open, freezes }, problems };
}

function parseWindow(text: string): Window | string {
  const [, days = "", from = "", to = "", zone = "UTC"] =
    /^([a-z,-]+) (\d{2}:\d{2})-(\d{2}:\d{2})(?: (\S+))?$/i.exec(text) ?? [];
  const [weekdays, begin, end] = [weekdaysOf(days.toLowerCase()), minutesOf(from), minutesOf(to)];
  if (!weekdays) return "the days are daily, or names and ranges of them (Sun; Mon-Fri; Sat,Sun)";
  if (begin === undefined || begin === MINUTES_A_DAY || end === undefined) return "the times are 00:00 to 24:00";
  const problem = zoneProblem(zone);
  if (problem !== undefined) return problem;
  return { text, days: weekdays, from: begin, to: end, zone };
}

/** Undefined where the text names something that is no day. */
function weekdaysOf(text: string): readonly number[] | undefined {
  if (text === "daily") return DAYS.map((_, index) => index + 1);
  const days = text.split(",").flatMap((part) => {
    const [first, last, ...more] = part.split("-").map((day) => DAYS.indexOf(day));
    if (first === undefined || more.length > 0 || first < 0 || last === -1) return [0];
    const count = last === undefined ? 1 : ((last - first + 7) % 7) + 1;
    return Array.from({ length: count }, (_, i) => ((first + i) % 7) + 1);
  });
  return days.includes(0) ? undefined : [...new Set(days)];
}

function minutesOf(text: string): number | undefined {
  const [hours = NaN, minutes = NaN] = text.split(":").map(Number);
  const all = hours * 60 + minutes;
  return minutes < 60 && all <= MINUTES_A_DAY ? all : undefined;
}

function parseFreeze(text: string, shared: string): Freeze | string {
  const [days = "", zone = shared] = text.split(" ");
  const [first = "", last = first] = days.split("..");
  const problem = zoneProblem(zone);
  if (problem !== undefined) return problem;
  if (![first, last].every((day) => DateTime.fromISO(day, { zone }).isValid)) return "no such day";
  return last < first ? "it ends before it starts" : { text, first, last, zone };
}

/** A time between two moments, in milliseconds since the epoch; the end is not part of it. */
export interface Opening {
  readonly from: number;
  readonly to: number;
}

/** A window that began on the day before may be open, and one that follows without a gap belongs to it. */
const BEHIND_DAYS = 2;

/** Every time in which a run may start and go on, from shortly before `now` on, that many days ahead, in order; those that touch are one. */
export function openings({ windows, freezes }: Calendar, now: number, days: number): readonly Opening[] {
  const open =
    windows.length === 0 ? [ever()] : Interval.merge(windows.flatMap((window) => occurrences(window, now, days)));
  const closed = freezes.map(frozen);
  return open.flatMap((each) => each.difference(...closed)).map(asOpening);
}

/** The furthest times that a clock can show. */
const LAST = 8.64e15;
const ever = (): Interval => between(-LAST, LAST);

function between(from: number, to: number): Interval<true> {
  return Interval.fromDateTimes(DateTime.fromMillis(from), DateTime.fromMillis(to)) as Interval<true>;
}

function asOpening({ start, end }: Interval): Opening {
  const [from, to] = [start?.toMillis() ?? -LAST, end?.toMillis() ?? LAST];
  return { from: from === -LAST ? -Infinity : from, to: to === LAST ? Infinity : to };
}

function occurrences({ days, from, to, zone }: Window, now: number, ahead: number): readonly Interval[] {
  const today = DateTime.fromMillis(now, { zone }).startOf("day");
  const found: Interval[] = [];
  for (let offset = -BEHIND_DAYS; offset <= ahead; offset++) {
    const day = today.plus({ days: offset });
    if (!days.includes(day.weekday)) continue;
    const [begin, end] = [onTheWall(day, from), onTheWall(to > from ? day : day.plus({ days: 1 }), to)];
    if (end > begin) found.push(between(begin, end));
  }
  return found;
}

/**
 * The moment at which the clocks of the day's zone show this minute. One that comes twice (the clocks go back) is the first; one
 * that does not come (the clocks go forward) is the moment of the change, which is when they have passed it.
 */
function onTheWall(day: DateTime, minute: number): number {
  if (minute === MINUTES_A_DAY) return onTheWall(day.plus({ days: 1 }), 0);
  const shown = day.set({ hour: Math.floor(minute / 60), minute: minute % 60 });
  if (shown.hour * 60 + shown.minute === minute) {
    return Math.min(...shown.getPossibleOffsets().map((each) => each.toMillis()));
  }
  // Between these two the offset changes once: halve the span until the moment is found.
  let [before, after] = [shown.toMillis() - 4 * 3_600_000, shown.toMillis()];
  const isBefore = (at: number): boolean => DateTime.fromMillis(at, { zone: day.zone }).offset !== shown.offset;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isBefore(middle)) before = middle;
    else after = middle;
  }
  return after;
}

const frozen = ({ first, last, zone }: Freeze): Interval =>
  between(
    DateTime.fromISO(first, { zone }).startOf("day").toMillis(),
    DateTime.fromISO(last, { zone }).plus({ days: 1 }).startOf("day").toMillis(),
  );
