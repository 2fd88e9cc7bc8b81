/** JSON Schema of `Pulumi.<stack>.yaml`, for editors: made from the schema that the program reads it with. Pure. */
import { z } from "zod";
import { SCHEMA } from "./index";
import { PROJECT } from "../contract";

/** What `values.ts` keeps with each value. */
const META = z.object({ expected: z.string(), written: z.record(z.string(), z.unknown()) });

/** A value with its default, as the key's schema wraps it. */
interface Unwrapped {
  readonly inner: z.ZodType;
  readonly fallback: unknown;
  readonly required: boolean;
}

function unwrap(schema: z.ZodType): Unwrapped {
  if (schema instanceof z.ZodOptional)
    return { inner: schema.unwrap() as z.ZodType, fallback: undefined, required: false };
  if (schema instanceof z.ZodPrefault)
    return { inner: schema.unwrap() as z.ZodType, fallback: schema.def.defaultValue, required: false };
  return { inner: schema, fallback: undefined, required: true };
}

/** Lists, maps, numbers and booleans are written as YAML has them; the program gets them as text. */
function asWritten(text: unknown): unknown {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** `descriptions`: of the keys, as `Pulumi.yaml` has them. */
export function stackFileSchema(descriptions: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const keys = Object.entries(SCHEMA.shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => {
    const { inner, fallback, required } = unwrap(schema);
    const { expected, written } = META.parse(inner.meta());
    const description = `${descriptions[name] ?? name}. It is ${expected}.`;
    const usual = fallback === undefined ? {} : { default: asWritten(fallback) };
    return { name: `${PROJECT}:${name}`, required, property: { description, ...written, ...usual } };
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Pulumi.<stack>.yaml of tfe-repave",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          "aws:region": { description: "Region of the stack.", type: "string", pattern: "^[a-z]{2}(-[a-z]+)+-\\d$" },
          "aws:profile": { description: "Profile of your AWS configuration, if not the default.", type: "string" },
          ...Object.fromEntries(keys.map(({ name, property }) => [name, property])),
        },
        // What other packages of Pulumi read is their affair.
        patternProperties: { [`^(?!${PROJECT}:)[\\w-]+:`]: {} },
        additionalProperties: false,
        required: keys.filter(({ required }) => required).map(({ name }) => name),
      },
      secretsprovider: { type: "string" },
      encryptionsalt: { type: "string" },
      encryptedkey: { type: "string" },
    },
    required: ["config"],
  };
}
