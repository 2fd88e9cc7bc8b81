import { AwsError } from "../region/api";

/** Parameters of one call, by the API's own names, whatever protocol carried them. */
export type Params = Readonly<Record<string, unknown>>;

/** A string parameter; numbers and booleans as the Query protocol would write them. */
export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A string parameter that must be there; `ValidationError` otherwise. */
export function required(params: Params, name: string): string {
  const value = text(params, name);
  if (value === undefined || value === "") throw new AwsError("ValidationError", `Parameter ${name} is required`);
  return value;
}

export function whole(params: Params, name: string): number | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) throw new AwsError("ValidationError", `Parameter ${name} is not an integer: ${value}`);
  return Number(value);
}

export const flag = (params: Params, name: string): boolean => text(params, name) === "true";

/** A list of strings; undefined where the caller named none, which in most calls means all. */
export function texts(params: Params, name: string): string[] | undefined {
  const value = params[name];
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
}

/** A list of structures. */
export function structures(params: Params, name: string): Params[] {
  const value = params[name];
  return Array.isArray(value) ? value.filter(isStructure) : [];
}

export const structure = (params: Params, name: string): Params => {
  const value = params[name];
  return isStructure(value) ? value : {};
};

function isStructure(value: unknown): value is Params {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parameters of the Query protocols: `Name.member.1.Key=v` (Query), `Name.1.Key=v` (EC2) and `Name.Item.1=v` (RDS, where the
 * list's members have a name of their own) all become `{ Name: [{ Key: "v" }] }`.
 */
export function parseQuery(form: URLSearchParams): Params {
  const root: Record<string, unknown> = {};
  for (const [path, value] of form) {
    const keys = path.split(".");
    let at = root;
    for (const key of keys.slice(0, -1)) {
      const below = at[key];
      const next: Record<string, unknown> = isStructure(below) ? below : {};
      at[key] = next;
      at = next;
    }
    at[keys.at(-1) ?? path] = value;
  }
  return unnumber(root) as Params;
}

function unnumber(value: unknown): unknown {
  if (!isStructure(value)) return value;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key)))
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => unnumber(value[key]));
  const entries = keys.map((key) => [key, unnumber(value[key])] as const);
  // A structure whose only field is a list is the wrapper that Query and RDS put around one.
  const [only] = entries;
  if (entries.length === 1 && only && Array.isArray(only[1]) && LIST_WRAPPERS.test(only[0])) return only[1];
  return Object.fromEntries(entries);
}

const LIST_WRAPPERS = /^(member|Tag|Filter|Value|DBInstanceIdentifier)$/;
