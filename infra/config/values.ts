/** How one config value is read: Pulumi gives every value as a string, lists and maps as JSON. Pure. */
import { z } from "zod";

/** Reads a raw value; `undefined` means it is not what was expected. */
type Read<T> = (raw: string) => T | undefined;

/** How a value looks in a stack's file, as JSON Schema has it. */
type Written = Readonly<Record<string, unknown>>;

/**
 * A value that is `expected` in words. What was given is shown, unless it could hold a password. `written` goes into the schema for
 * editors; see `jsonSchema.ts`.
 */
function value<T>(expected: string, written: Written, read: Read<T>, show: (raw: string) => string = shown) {
  const schema = z.string({ error: `is required: ${expected}` }).transform((raw, context): T => {
    const result = read(raw);
    if (result !== undefined) return result;
    context.addIssue({ code: "custom", message: `must be ${expected}${show(raw)}` });
    return z.NEVER;
  });
  return schema.meta({ expected, written });
}

/** The pattern of JSON Schema, which knows no flags. */
const patternOf = ({ source, flags }: RegExp): Written => (flags === "" ? { pattern: source } : {});

const shown = (raw: string): string => `, not ${JSON.stringify(raw.length > 60 ? `${raw.slice(0, 60)}…` : raw)}`;
const hidden = (): string => "";

export function integer(min: number, max: number) {
  // Pulumi's own commands write a number in quotes.
  const written = { type: ["integer", "string"], minimum: min, maximum: max, pattern: "^\\d{1,9}$" };
  return value(`a whole number from ${min} to ${max}`, written, (raw) => {
    const number = /^\d{1,9}$/.test(raw) ? Number(raw) : NaN;
    return number >= min && number <= max ? number : undefined;
  });
}

export function boolean() {
  return value("true or false", { enum: [true, false, "true", "false"] }, (raw) =>
    raw === "true" ? true : raw === "false" ? false : undefined,
  );
}

export function choice<const T extends string>(words: readonly T[]) {
  return value(words.join(" or "), { enum: words }, (raw) => words.find((word) => word === raw));
}

export function text(expected: string, pattern: RegExp) {
  return value(expected, { type: "string", ...patternOf(pattern) }, (raw) => (pattern.test(raw) ? raw : undefined));
}

export const secretArn = () =>
  text(
    "the ARN of a secret in Secrets Manager",
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
  );

export const sha256 = () => text("a SHA-256 in lower case (64 hexadecimal digits)", /^[0-9a-f]{64}$/);

/** A JSON list of strings, each of which matches. */
export function list(expected: string, item: RegExp) {
  const written = { type: "array", items: { type: "string", ...patternOf(item) } };
  return value(`a list of ${expected}`, written, (raw) => {
    const parsed = z.array(z.string().regex(item)).readonly().safeParse(json(raw));
    return parsed.success ? parsed.data : undefined;
  });
}

/** A URL of one of these schemes, without a user name or password: what is configured here ends in user data and logs. */
export function url(...schemes: readonly string[]) {
  const expected = `a URL (${schemes.map((scheme) => `${scheme}://…`).join(" or ")}) without user name or password`;
  return value(
    expected,
    { type: "string", pattern: `^(${schemes.join("|")})://[^\\s@]+$` },
    (raw) => {
      const parsed = URL.canParse(raw) && !/\s/.test(raw) ? new URL(raw) : undefined;
      if (parsed === undefined || !schemes.includes(parsed.protocol.slice(0, -1)) || parsed.host === "")
        return undefined;
      return parsed.username === "" && parsed.password === "" ? raw : undefined;
    },
    hidden,
  );
}

/** A JSON map from names to strings; whole numbers are taken as their digits, since YAML writes them without quotes. */
export function stringMap(expected: string, key: RegExp) {
  const schema = z.record(z.string().regex(key), z.union([z.string(), z.int().transform(String)])).readonly();
  const written = {
    type: "object",
    propertyNames: { pattern: key.source },
    additionalProperties: { type: ["string", "integer"] },
  };
  return value(
    expected,
    written,
    (raw) => {
      const parsed = schema.safeParse(json(raw));
      return parsed.success ? parsed.data : undefined;
    },
    hidden,
  );
}

function json(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** Path of a URL, without a question. */
export const HEALTH_PATH = /^\/[\w./-]{0,200}$/;

/** ARN of a role of IAM, with or without a path. */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
