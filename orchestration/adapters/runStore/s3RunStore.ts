import { randomUUID } from "node:crypto";
import { z } from "zod";
import { BUILD_FILE } from "../../../infra/runs/buildRecord";
import { runsPath } from "../../../infra/runs/runStore";
import { RepaveError } from "../../domain/errors";
import type { JournalEntry } from "../../domain/journal";
import type { RunStore } from "../../ports/runStore";
import { parseEntry } from "../reporters/schema/journal";
import { inStore, oldestFirst, parseBuild, parseRun, plainName, requireNewer } from "./runRecords";
import { s3Lease } from "./s3Lease";
import { s3Objects, type S3Place } from "../aws/conditionalObjects";

export interface S3RunStoreOptions extends S3Place {
  /** Beginning of all keys; "" for none. */
  readonly prefix: string;
  readonly stack: string;
}

/** A record with the mark of its writer, which tells an own write from another's of the same content. */
const RUN_OBJECT = z.object({ writer: z.string(), run: z.unknown() });
const ENTRY_OBJECT = z.object({ writer: z.string(), entry: z.unknown() });

/** Objects read at the same time. */
const PARALLEL = 16;

/**
 * Runs in a bucket, below `<prefix>/<stack>/`: `<runId>/run.json`, an object for each entry of the journal
 * (`<runId>/journal/000012.json`, by its `seq`) and what else a run leaves, with the stack's `lease.json` beside them.
 * An object is there whole or not at all, and none of the journal is ever written twice: where another process has written the
 * same `seq`, two are at work on one run, and `append` throws `LEASE_LOST`. Repeating an `append` does no harm.
 */
export function s3RunStore({ prefix, stack, ...place }: S3RunStoreOptions): RunStore {
  const objects = s3Objects(place);
  const folder = runsPath(prefix, plainName(stack));
  const writer = randomUUID();
  /** Entries never change: what was read once is not read again. */
  const known = new Map<string, JournalEntry>();
  const opened = new Set<string>();

  const keyOf = (runId: string, ...names: readonly string[]): string => runsPath(folder, plainName(runId), ...names);

  async function readRun(key: string) {
    const object = await objects.read(key);
    return object && parseRun(RUN_OBJECT.parse(JSON.parse(object.body)).run);
  }

  async function readEntry(key: string): Promise<JournalEntry> {
    const entry = known.get(key) ?? (await fetchEntry(key));
    known.set(key, entry);
    return entry;
  }

  async function fetchEntry(key: string): Promise<JournalEntry> {
    const object = await objects.read(key);
    if (!object) throw new Error(`${key} was removed`);
    return parseEntry(ENTRY_OBJECT.parse(JSON.parse(object.body)).entry);
  }

  async function requireRun(runId: string): Promise<void> {
    if (!opened.has(runId) && !(await readRun(keyOf(runId, "run.json")))) throw new Error(`no run ${runId} exists`);
    opened.add(runId);
  }

  const buildKey = runsPath(folder, BUILD_FILE);

  return {
    build: () =>
      inStore(async () => {
        const object = await objects.read(buildKey);
        return object && parseBuild(JSON.parse(object.body));
      }),
    recordBuild: (record) =>
      inStore(async () => {
        const kept = await objects.read(buildKey);
        const body = asBody(record);
        // The answer to an earlier attempt may have been lost.
        if (kept?.body === body) return;
        requireNewer(kept && parseBuild(JSON.parse(kept.body)), record);
        if (await objects.write(buildKey, body, kept)) return;
        throw new RepaveError("LEASE_LOST", `another process recorded a build of the stack meanwhile`);
      }),
    create: (run) =>
      inStore(async () => {
        // Not the store's own mark: the same run created twice is an error, even from here.
        const body = asBody({ writer: randomUUID(), run });
        if (!(await objects.write(keyOf(run.runId, "run.json"), body, undefined))) {
          throw new Error(`run ${run.runId} exists already`);
        }
        opened.add(run.runId);
      }),
    list: () =>
      inStore(async () => {
        const folders = await objects.list(`${folder}/`, { folders: true });
        return oldestFirst(await inParallel(folders, (each) => readRun(`${each}run.json`)));
      }),
    journal: (runId) =>
      inStore(async () => {
        const entries = await inParallel(await objects.list(keyOf(runId, "journal/")), readEntry);
        return entries.sort((a, b) => a.seq - b.seq);
      }),
    append: (runId, entry) =>
      inStore(async () => {
        await requireRun(runId);
        const name = String(entry.seq).padStart(6, "0");
        if (await objects.write(keyOf(runId, "journal", `${name}.json`), asBody({ writer, entry }), undefined)) return;
        throw new RepaveError("LEASE_LOST", `another process wrote entry ${entry.seq} of run ${runId}`);
      }),
    save: (runId, name, content) =>
      inStore(async () => {
        const key = keyOf(runId, plainName(name));
        await objects.replace(key, content);
        return `s3://${place.bucket}/${key}`;
      }),
    ...s3Lease(objects, folder),
  };
}

const asBody = (content: object): string => `${JSON.stringify(content)}\n`;

/** `act` on each item, a few at a time; the results in the order of the items. */
async function inParallel<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += PARALLEL) {
    results.push(...(await Promise.all(items.slice(from, from + PARALLEL).map(act))));
  }
  return results;
}
