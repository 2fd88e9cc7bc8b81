import { RepaveError } from "../errors";

/** When a job is called, as five fields of cron, each as its values; undefined: all of them. */
export interface Cron {
  /** As it was given. */
  readonly text: string;
  readonly minutes: readonly number[] | undefined;
  readonly hours: readonly number[] | undefined;
  readonly days: readonly number[] | undefined;
  readonly months: readonly number[] | undefined;
  /** 0: Sunday. */
  readonly weekdays: readonly number[] | undefined;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Kind {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, the first one's `min`. */
  readonly names?: readonly string[];
}

const KINDS: readonly Kind[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of the month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: MONTHS },
  { name: "day of the week", min: 0, max: 7, names: WEEKDAYS },
];

/** Reads `0 2 * * SUN`. What the schedulers understand differently is refused. Throws `USAGE`. */
export function parseCron(text: string): Cron {
  const words = text.trim().split(/\s+/);
  if (words.length !== KINDS.length) throw wrong(text, "it has five fields: minute, hour, day, month, day of the week");
  const [minutes, hours, days, months, given] = KINDS.map((kind, index) => field(words[index] ?? "", kind, text));
  // Sunday has two numbers.
  const weekdays = given && [...new Set(given.map((day) => day % 7))].sort((a, b) => a - b);
  if (days && weekdays)
    throw wrong(text, "schedulers disagree on what a day of the month together with a day of the week means");
  return {
    text: words.join(" "),
    minutes,
    hours,
    days,
    months,
    weekdays: weekdays?.length === 7 ? undefined : weekdays,
  };
}

function field(word: string, kind: Kind, text: string): readonly number[] | undefined {
  if (word === "*") return undefined;
  const values = word.split(",").flatMap((part) => portion(part, kind, text));
  return [...new Set(values)].sort((a, b) => a - b);
}

function portion(part: string, kind: Kind, text: string): readonly number[] {
  const [, whole, first = "", last, every] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part) ?? [];
  const from = whole === undefined ? valueOf(first, kind) : kind.min;
  const to =
    whole === undefined ? valueOf(last ?? (every === undefined ? first : String(kind.max)), kind) : lastOf(kind);
  const step = Number(every ?? 1);
  if (from === undefined || to === undefined || to < from || step < 1) {
    throw wrong(
      text,
      `${JSON.stringify(part)} is not a valid ${kind.name} (${kind.min} to ${lastOf(kind)}, lists, ranges, steps)`,
    );
  }
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** `*` of the weekdays ends with Saturday. */
const lastOf = ({ max }: Kind): number => (max === 7 ? 6 : max);

function valueOf(word: string, { min, max, names = [] }: Kind): number | undefined {
  const named = names.indexOf(word.toUpperCase());
  const value = named >= 0 ? named + min : /^\d+$/.test(word) ? Number(word) : NaN;
  return value >= min && value <= max ? value : undefined;
}

const wrong = (text: string, why: string): RepaveError =>
  new RepaveError("USAGE", `--calendar ${JSON.stringify(text)}: ${why}; every Sunday at two is "0 2 * * SUN"`);

const list = (values: readonly (number | string)[] | undefined): string => values?.join(",") ?? "*";
const padded = (values: readonly number[] | undefined): string => list(values?.map((n) => String(n).padStart(2, "0")));
const weekdayNames = (weekdays: readonly number[]): readonly string[] => weekdays.map((day) => WEEKDAYS[day] ?? "");

/** As systemd's timers have it: `Sun *-*-* 02:00:00 Europe/Amsterdam`. */
export function onCalendar({ minutes, hours, days, months, weekdays }: Cron, zone: string): string {
  const names = weekdays && weekdayNames(weekdays).map((name) => `${name.charAt(0)}${name.slice(1).toLowerCase()}`);
  const date = `*-${padded(months)}-${padded(days)}`;
  return [...(names ? [names.join(",")] : []), date, `${padded(hours)}:${padded(minutes)}:00`, zone].join(" ");
}

/** As EventBridge Scheduler has it: `cron(0 2 ? * SUN *)`; one of the two kinds of day must be a question mark. */
export function awsCron({ minutes, hours, days, months, weekdays }: Cron): string {
  const day = weekdays ? "?" : list(days);
  return `cron(${[list(minutes), list(hours), day, list(months), weekdays ? weekdayNames(weekdays).join(",") : "?", "*"].join(" ")})`;
}
