/** The values that the orchestrator last wrote into a stack's file, and whether a clone's file is behind them. */
import { z } from "zod";
import { BUILD_KEYS, type BuildConfig, type BuildRecord, type NodeKeys } from "../contract";
import { SIDE_KEY } from "../config/packaging";
import { HEALTH_PATH } from "../config/values";
import { IMAGE_TAG, PINNED_TAG } from "../nodes/fdo/imageTag";
import { MOMENT, readRecord, recordAddress, SHORT } from "./leaseRecord";
import type { RunStoreLocation } from "./runStore";

export const BUILD_FILE = "build.json";

export const BUILD_RECORD = z.object({
  schema: z.literal(1),
  number: z.int().positive(),
  runId: SHORT,
  at: MOMENT,
  values: z.object({
    releaseSequence: z.int().exactOptional(),
    imageTag: z.string().regex(IMAGE_TAG).exactOptional(),
    imageDigest: z.string().regex(PINNED_TAG).exactOptional(),
    image: z
      .string()
      .regex(/^ami-[0-9a-z-]{1,64}$/)
      .exactOptional(),
    activeTemplateVersion: z.int().positive().exactOptional(),
    healthPath: z.string().regex(HEALTH_PATH).exactOptional(),
    rebuild: z.int().exactOptional(),
    nodeCount: z.int().min(0).max(5).exactOptional(),
    nodeKeys: z.record(z.string().regex(SIDE_KEY), z.string().max(20_000)).exactOptional(),
    attaching: z.int().min(0).max(5).exactOptional(),
  }),
}) satisfies z.ZodType<BuildRecord>;

/** The values of a stack's file. */
export type FileValues = { readonly [K in keyof BuildConfig]?: BuildConfig[K] | undefined };

export const isSameBuild = (one: FileValues, other: FileValues): boolean =>
  BUILD_KEYS.every((key) => one[key] === other[key]) && sameKeys(one.nodeKeys, other.nodeKeys);

const sameKeys = (one: NodeKeys = {}, other: NodeKeys = {}): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => one[key] === other[key]);

/** What the record holds otherwise than the file. */
export const differences = (file: FileValues, { values }: BuildRecord): readonly (typeof BUILD_KEYS)[number][] =>
  BUILD_KEYS.filter((key) => values[key] !== undefined && values[key] !== file[key]);

/**
 * Whether the file lacks what a run wrote elsewhere. A file of the newest number that differs was changed by its operator on
 * purpose; one of a higher number comes from a store that knows more.
 */
export const isBehind = (file: FileValues, newest: BuildRecord | undefined): newest is BuildRecord =>
  newest !== undefined && (file.buildRecord ?? 0) < newest.number && differences(file, newest).length > 0;

/** `image ami-a here, ami-b there; …`. */
export const describeDifferences = (file: FileValues, newest: BuildRecord): string =>
  differences(file, newest)
    .map((key) => `${key} ${file[key] ?? "(none)"} here, ${newest.values[key] ?? "(none)"} there`)
    .join("; ");

/** Why the stack must not be updated from this file; undefined: nothing speaks against it. */
export async function staleness(file: FileValues, runs: RunStoreLocation, stack: string): Promise<string | undefined> {
  const where = recordAddress(runs, stack, BUILD_FILE);
  try {
    const text = await readRecord(runs, stack, BUILD_FILE);
    const newest = text === undefined ? undefined : BUILD_RECORD.parse(JSON.parse(text));
    return isBehind(file, newest) ? behind(file, newest, stack, where) : undefined;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return (
      `The build record of stack ${stack} cannot be read, so this file may be behind (${where}: ${why}). ` +
      "Nothing was changed. Make it readable, or remove it when you are sure that the file is right."
    );
  }
}

const behind = (file: FileValues, newest: BuildRecord, stack: string, where: string): string =>
  [
    `Pulumi.${stack}.yaml is behind what run ${newest.runId} wrote on ${new Date(newest.at).toISOString()}: ` +
      `${describeDifferences(file, newest)}. Nothing was changed.`,
    "Get the newer file (`git pull`) or update this one, then run the same command again:",
    `  npm run sync -- --stack ${stack}`,
    `If the stack was destroyed and is being rebuilt, remove ${where}.`,
  ].join("\n");
