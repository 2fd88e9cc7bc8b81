import { CronExpressionParser, type CronField, type CronFieldCollection } from "cron-parser";
import cronstrue from "cronstrue";
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

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"] as const;

/** What every scheduler takes: values, names, lists, ranges, steps. Not `L`, `#`, `?`, `H`, which not all know. */
const PORTION = /^(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(\/\d+)?$/i;

/** Reads `0 2 * * SUN`. What the schedulers understand differently is refused, and what never comes. Throws `USAGE`. */
export function parseCron(text: string): Cron {
  const words = text.trim().split(/\s+/);
  if (words.length !== FIELDS.length)
    throw wrong(text, "it has five fields: minute, hour, day, month, day of the week");
  for (const [index, word] of words.entries()) {
    const odd = word.split(",").find((part) => !PORTION.test(part));
    if (odd !== undefined)
      throw wrong(
        text,
        `${JSON.stringify(odd)} is not a valid ${FIELDS[index] ?? "field"} (values, lists, ranges, steps)`,
      );
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fieldsOf(text, words.join(" "));
  // Sunday has two numbers.
  const weekdays = valuesOf(dayOfWeek)?.map((day) => day % 7);
  const days = valuesOf(dayOfMonth);
  if (words[2] !== "*" && words[4] !== "*")
    throw wrong(text, "schedulers disagree on what a day of the month together with a day of the week means");
  return {
    text: words.join(" "),
    minutes: valuesOf(minute),
    hours: valuesOf(hour),
    days,
    months: valuesOf(month),
    weekdays: weekdays && [...new Set(weekdays)].sort((a, b) => a - b),
  };
}

function fieldsOf(text: string, fields: string): CronFieldCollection {
  try {
    return CronExpressionParser.parse(fields, { tz: "UTC" }).fields;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw wrong(text, why === "Invalid explicit day of month definition" ? "no month of it has such a day" : why);
  }
}

/** Undefined: all of them. */
function valuesOf({ values, isWildcard }: CronField): readonly number[] | undefined {
  return isWildcard ? undefined : values.filter((value) => typeof value === "number");
}

/** When the calendar comes next, in milliseconds since the epoch. */
export function nextTimes({ text }: Cron, zone: string, now: number, count: number): readonly number[] {
  const expression = CronExpressionParser.parse(text, { tz: zone, currentDate: new Date(now) });
  return Array.from({ length: count }, () => expression.next().getTime());
}

/** The calendar in words: `At 02:00, only on Sunday`. */
export const inWords = ({ text }: Cron): string => cronstrue.toString(text, { use24HourTimeFormat: true });

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
