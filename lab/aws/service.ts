import type { RegionApi } from "../region/api";
import type { Params } from "./params";

/** The answer of one call, by the API's own names. Dates are `Date`s: each protocol writes them in its own way. */
export type Answer = Readonly<Record<string, unknown>>;

export type Operation = (region: RegionApi, params: Params) => Answer;

export type Operations = Readonly<Record<string, Operation>>;

/** How a service's calls are carried. */
export type Protocol = "query" | "ec2" | "rds" | "json";

export interface Service {
  readonly protocol: Protocol;
  /** XML namespace of Query answers; target prefix of JSON calls. */
  readonly namespace: string;
  /** `Version` parameter of Query calls, which tells services apart where a call is not signed. */
  readonly version: string;
  /** Error code and status for a call that the service does not know. */
  readonly unknownOperation: { readonly code: string; readonly status: number };
  readonly operations: Operations;
}

export const date = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

/** One page of a list: `token` is the index of its first item, as text. */
export function page<T>(
  items: readonly T[],
  limit: number | undefined,
  token: string | undefined,
): { items: readonly T[]; next: string | undefined } {
  const from = Number(token ?? "0");
  const to = limit === undefined ? items.length : from + limit;
  return { items: items.slice(from, to), next: to < items.length ? String(to) : undefined };
}
