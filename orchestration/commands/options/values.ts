import { InvalidArgumentError } from "commander";

/** Parses a number greater than 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number greater than 0.");
  return value;
}

/** Parses 0, 1 or 2. */
export function prewarm(text: string): number {
  if (!/^[012]$/.test(text)) throw new InvalidArgumentError("It must be 0, 1 or 2.");
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Parses `30d`, `12h` or `4w` to milliseconds. */
export function age(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (!(ms > 0)) throw new InvalidArgumentError("It must be hours, days or weeks: 12h, 30d, 4w.");
  return ms;
}

/** Makes a parser of texts that match a pattern; `expected` says in words what they are. */
export function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new InvalidArgumentError(`It must be ${expected}.`);
    return text;
  };
}

/** A stack by its name, or by that of its organization and project as well. It is written into files and commands: no other character. */
export const stackName = matching(
  /^(?:[A-Za-z0-9_][\w.-]*\/){0,2}[A-Za-z0-9_][\w.-]{0,99}$/,
  "the name of a stack: letters, digits, dots, hyphens and underscores",
);
