import { z } from "zod";
import { hex } from "../../region/random";
import type { RegionState } from "../../region/model";
import type { Context, Fields } from "../noun";
import type { Props, Value } from "../value";

/** Inputs that every regional resource takes. */
export const REGIONAL: Fields = { region: { computed: true, replaces: true }, tags: {}, tagsAll: { computed: true } };

/** Inputs that name a resource: a change of either makes another one. */
export const NAMED: Fields = { name: { computed: true, replaces: true }, namePrefix: { replaces: true } };

export const tagMap = z.record(z.string(), z.string()).default({});

export const texts = z.array(z.string()).default([]);

/** Name given, or the prefix and the 26 characters that the provider adds (its own are a time). */
export function physicalName(
  inputs: { name?: string | undefined; namePrefix?: string | undefined },
  { region }: Context,
): string {
  return inputs.name ?? `${inputs.namePrefix ?? "terraform-"}${hex(region.state, 26)}`;
}

export const nameInputs = { name: z.string().optional(), namePrefix: z.string().optional() };

/** `tags` and `tagsAll` as the provider reports what AWS has. */
export function reportTags(tags: Readonly<Record<string, string>>): Props {
  return { tags: { ...tags }, tagsAll: { ...tags } };
}

export function arn(state: RegionState, service: string, resource: string): string {
  return `arn:aws:${service}:${state.region}:${state.accountId}:${resource}`;
}

export const asList = (values: readonly string[]): Value => [...values];
