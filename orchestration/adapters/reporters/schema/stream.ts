import { z } from "zod";
import { ANSWERS } from "./answers";
import { FACTS } from "./facts";
import { ROLLOUT_FACTS } from "./rollout";

type Name = keyof typeof FACTS;

const NAMES = Object.keys(FACTS) as Name[];

/** One line of `--json`: the time in front, the event's name, and what it says. */
function lineOf(name: Name): z.ZodObject {
  const { shape, description = "" } = FACTS[name];
  const at = z.iso
    .datetime()
    .describe("time on the run's clock: when it happened if that is known, otherwise when it was reported");
  return z.strictObject({ ...shape, at, event: z.literal(name) }).describe(description);
}

const LINES: Readonly<Record<Name, z.ZodObject>> = Object.fromEntries(
  NAMES.map((name) => [name, lineOf(name)]),
) as Record<Name, z.ZodObject>;

/** Answers carry no time: they describe the moment of the question. */
const ANSWER_LINES: Readonly<Record<string, z.ZodObject>> = Object.fromEntries(
  Object.entries(ANSWERS).map(([name, { shape, description = "" }]) => [
    name,
    z.strictObject({ event: z.literal(name), ...shape }).describe(description),
  ]),
);

/** Of a rollout over many stacks; their time is the machine's. */
const ROLLOUT_LINES: Readonly<Record<string, z.ZodObject>> = Object.fromEntries(
  Object.entries(ROLLOUT_FACTS).map(([name, { shape, description = "" }]) => [
    name,
    z.strictObject({ ...shape, at: z.iso.datetime(), event: z.literal(name) }).describe(description),
  ]),
);

/** Every line that is printed with `--json`: events, then answers. */
export const LINE_SCHEMAS: Readonly<Record<string, z.ZodObject>> = { ...LINES, ...ROLLOUT_LINES, ...ANSWER_LINES };

const FIELDS: Readonly<Record<string, z.ZodObject>> = { ...FACTS, ...ROLLOUT_FACTS, ...ANSWERS };

/** The line as it is printed: releases are numbers where they have one. Whatever else it holds stays as it is. */
export function printed(line: { readonly event: string }): object {
  const fields = FIELDS[line.event];
  if (!fields) return line;
  const known = Object.entries(line).filter(([key]) => key in fields.shape);
  const { data = {} } = fields.safeEncode(Object.fromEntries(known));
  return { ...line, ...data };
}

/** What is wrong with a line; empty: nothing. */
export function flawsOf(line: unknown): readonly string[] {
  const name = (line as { event?: unknown } | null)?.event;
  const schema = typeof name === "string" ? LINE_SCHEMAS[name] : undefined;
  if (!schema) return [`no such event: ${String(name)}`];
  return (
    schema.safeParse(line).error?.issues.map(({ path, message }) => `${String(name)} ${path.join(".")}: ${message}`) ??
    []
  );
}

/** The schema of one line, in JSON Schema (2020-12). */
export const jsonSchema = (): object => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "tfe-repave: one line of --json",
  oneOf: Object.values(LINE_SCHEMAS).map((schema) => z.toJSONSchema(schema, { io: "input" })),
});
