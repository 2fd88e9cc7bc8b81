import { z } from "zod";
import type { SavedPlan } from "../../../domain/start/savedPlan";
import * as v from "./values";

/** What tells a plan from any other JSON. */
const FORMAT = "tfe-repave plan";
/** Of the file; a later version of the program may read several. */
const VERSION = 1;

/** No file of a plan is larger, in bytes. */
export const MOST_BYTES = 1024 * 1024;

const short = z.string().min(1).max(200);
const facts = z.record(z.string().max(200), z.string().max(20_000));

const WORLD = z.strictObject({
  place: z.strictObject({ host: short, account: short, region: short }),
  group: z.strictObject({ name: short, pinned: short, min: v.count, desired: v.count, max: v.count }),
  latestTemplateVersion: v.templateVersion,
  nodes: z.array(v.nodeFacts).max(50),
  build: z.record(short, z.union([z.string().max(200), z.number()])),
  configuration: facts,
});

const HEAD = z.looseObject({ format: z.literal(FORMAT), version: z.number().int().min(1) });

const FILE = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  madeAt: v.time,
  madeBy: short,
  asked: z.strictObject({
    release: v.release.exactOptional(),
    image: short.exactOptional(),
    latest: z.boolean().exactOptional(),
    maxAgeMs: z.number().int().positive().exactOptional(),
    smoke: z.boolean().exactOptional(),
  }),
  patch: z.boolean(),
  plan: v.boundedPlan.refine(({ hops }) => hops.length >= 1, "it must have a repave"),
  world: WORLD,
  releases: facts,
});

/** The file's text. */
export const writtenPlan = (saved: SavedPlan): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, ...saved }, undefined, 2)}\n`;

/** Reads the text of a plan's file. Throws what says why it is none that this version can run. */
export function parsePlan(text: string): SavedPlan {
  const json = jsonIn(text);
  const head = HEAD.safeParse(json);
  if (!head.success) throw new Error("it was not written by `plan --out`");
  const { version } = head.data;
  if (version !== VERSION)
    throw new Error(`it has version ${version} of the format, and this version of tfe-repave reads ${VERSION}`);
  const read = FILE.safeParse(json);
  if (!read.success) throw new Error(`it is damaged: ${flaw(read.error)}`);
  const { madeAt, madeBy, asked, patch, plan, world, releases } = read.data;
  return { madeAt, madeBy, asked, patch, plan, world, releases };
}

/** Whether the text was written by `plan --out`, by whatever version. */
export function isPlan(text: string): boolean {
  try {
    return HEAD.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is not JSON, or only a part of it");
  }
}

function flaw({ issues: [first] }: z.ZodError): string {
  return first === undefined ? "" : `${first.path.join(".") || "the file"}: ${first.message}`;
}
