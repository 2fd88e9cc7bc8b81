import { randomUUID } from "node:crypto";
import { z } from "zod";
import { BUILD_FILE } from "../../../infra/runs/buildRecord";
import type { BuildRecord } from "../../../infra/contract";
import { runsPath } from "../../../infra/runs/runStore";
import { RepaveError } from "../../domain/errors";
import type { JournalEntry } from "../../domain/journal";
import type { RunRecord, RunStore } from "../../ports/runStore";
import { shellLine } from "../nodeShell/shellLine";
import { parseEntry } from "../reporters/schema/journal";
import { bucketConcerns } from "../aws/bucketConcerns";
import { inParallel } from "./parallel";
import {
  atMost,
  type Found,
  found,
  isPlain,
  MOST_ENTRIES,
  MOST_RUNS,
  parseBuild,
  plainName,
  readable,
  reading,
  requireNewer,
  runOf,
  runsIn,
  unreadableIn,
  writing,
} from "./runRecords";
import { s3Lease } from "./s3Lease";
import { s3Objects, type S3Place, type Stored } from "../aws/conditionalObjects";

export interface S3RunStoreOptions extends S3Place {
  /** Beginning of all keys; "" for none. */
  readonly prefix: string;
  readonly stack: string;
}

/** A record with the mark of its writer, which tells an own write from another's of the same content. */
const RUN_OBJECT = z.object({ writer: z.string(), run: z.unknown() });
const ENTRY_OBJECT = z.object({ writer: z.string(), entry: z.unknown() });

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
  const knownRuns = new Map<string, RunRecord>();
  const opened = new Set<string>();

  const addressOf = (key: string): string => `s3://${place.bucket}/${key}`;
  const keyOf = (runId: string, ...names: readonly string[]): string => runsPath(folder, plainName(runId), ...names);

  /** The record of a run, which never changes either. */
  async function readRun(runId: string): Promise<RunRecord | undefined> {
    const run = knownRuns.get(runId) ?? (await fetchRun(runId));
    if (run) knownRuns.set(runId, run);
    return run;
  }

  const fetchRun = (runId: string): Promise<RunRecord | undefined> =>
    readable("run.json", async () => {
      const object = await objects.read(keyOf(runId, "run.json"));
      if (object) return runOf(runId, RUN_OBJECT.parse(JSON.parse(object.body)).run);
      if ((await objects.list(keyOf(runId, "journal/"), { most: 1 })).length === 0) return undefined;
      throw new Error("it is missing beside its journal");
    });

  async function all(): Promise<readonly Found[]> {
    const folders = await objects.list(`${folder}/`, { folders: true, most: MOST_RUNS + 1 });
    atMost(MOST_RUNS, folders.length, "runs");
    const ids = folders.map((each) => each.slice(folder.length + 1, -1)).filter(isPlain);
    return inParallel(ids, (runId) => found(runId, () => readRun(runId)));
  }

  async function readEntry(key: string): Promise<JournalEntry> {
    const entry = known.get(key) ?? (await fetchEntry(key));
    known.set(key, entry);
    return entry;
  }

  const fetchEntry = (key: string): Promise<JournalEntry> =>
    readable(addressOf(key), async () => {
      const object = await objects.read(key);
      if (!object) throw new Error("it was removed");
      return parseEntry(ENTRY_OBJECT.parse(JSON.parse(object.body)).entry);
    });

  const readBuild = (object: Stored | undefined): Promise<BuildRecord | undefined> =>
    readable(addressOf(buildKey), () => object && parseBuild(JSON.parse(object.body)));

  async function requireRun(runId: string): Promise<void> {
    if (!opened.has(runId) && !(await readRun(runId))) throw new Error(`no run ${runId} exists`);
    opened.add(runId);
  }

  const buildKey = runsPath(folder, BUILD_FILE);

  return {
    concerns: ({ bucket }) =>
      reading(async () => [
        ...(bucket === place.bucket
          ? [`${bucket} is the application's own bucket, to which every node may write`]
          : []),
        ...(await bucketConcerns(place)),
      ]),
    // A bucket is never full. Whether it takes what is written is seen at the first byte.
    makeSureOfRoom: () =>
      writing(async () => {
        const probe = runsPath(folder, `.room-${randomUUID()}`);
        const written = await objects.write(probe, asBody({ writer }), undefined);
        if (written) await objects.remove(probe, written);
      }),
    build: () => reading(async () => readBuild(await objects.read(buildKey))),
    recordBuild: (record) =>
      writing(async () => {
        const kept = await objects.read(buildKey);
        const body = asBody(record);
        // The answer to an earlier attempt may have been lost.
        if (kept?.body === body) return;
        requireNewer(await readBuild(kept), record);
        if (await objects.write(buildKey, body, kept)) return;
        throw new RepaveError("LEASE_LOST", `another process recorded a build of the stack meanwhile`);
      }),
    create: (run) =>
      writing(async () => {
        // Not the store's own mark: the same run created twice is an error, even from here.
        const body = asBody({ writer: randomUUID(), run });
        if (!(await objects.write(keyOf(run.runId, "run.json"), body, undefined))) {
          throw new Error(`run ${run.runId} exists already`);
        }
        opened.add(run.runId);
      }),
    list: () => reading(async () => runsIn(await all())),
    unreadable: () => reading(async () => unreadableIn(await all())),
    setAside: (runId) =>
      shellLine([
        ...["aws", "s3", "mv", "--recursive"],
        ...[keyOf(runId), runsPath(folder, `.${runId}`)].map((key) => `${addressOf(key)}/`),
      ]),
    journal: (runId) =>
      reading(async () => {
        const keys = await objects.list(keyOf(runId, "journal/"), { most: MOST_ENTRIES + 1 });
        atMost(MOST_ENTRIES, keys.length, `entries of ${runId}`);
        const entries = await inParallel(keys, readEntry);
        return entries.sort((a, b) => a.seq - b.seq);
      }),
    append: (runId, entry) =>
      writing(async () => {
        await requireRun(runId);
        const name = String(entry.seq).padStart(6, "0");
        if (await objects.write(keyOf(runId, "journal", `${name}.json`), asBody({ writer, entry }), undefined)) return;
        throw new RepaveError("LEASE_LOST", `another process wrote entry ${entry.seq} of run ${runId}`);
      }),
    save: (runId, name, content) =>
      writing(async () => {
        const key = keyOf(runId, plainName(name));
        await objects.replace(key, content);
        return addressOf(key);
      }),
    ...s3Lease(objects, place.bucket, folder),
  };
}

const asBody = (content: object): string => `${JSON.stringify(content)}\n`;
