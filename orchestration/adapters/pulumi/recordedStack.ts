import { describeDifferences, differences, isBehind, isSameBuild } from "../../../infra/runs/buildRecord";
import type { BuildConfig, BuildRecord, NodeKeys } from "../../../infra/contract";
import { newIn } from "../../domain/move/move";
import type { RunStore } from "../../ports/runStore";
import { RepaveError } from "../../domain/errors";
import type { ContractStack, EngineStackPort } from "./stack";

export interface RecordedStackOptions {
  readonly engine: EngineStackPort;
  readonly store: Pick<RunStore, "build" | "recordBuild">;
  /** The run on whose behalf updates happen, once it holds the lease. */
  readonly run: () => { readonly id: string } | undefined;
  /** Milliseconds since the epoch, on the clock of the run. */
  readonly now: () => number;
}

/**
 * A stack whose file may be one clone's of many. What a run is about to write into it is first kept in the run store, so that it
 * is not lost with the clone; and a run that goes on in another clone takes up what was kept before it changes anything.
 */
export function recordedStack({ engine, store, run, now }: RecordedStackOptions): ContractStack {
  /** What this process recorded last: while it holds the lease no other process records anything. */
  let kept: BuildRecord | undefined;
  /** Images of the store that were vouched for in this process. */
  const vouched = new Set<string>();

  async function look(): Promise<{ readonly file: BuildConfig; readonly newest: BuildRecord | undefined }> {
    return { file: await engine.config(), newest: kept ?? (await store.build()) };
  }

  /** The newer values that the file lacks, for the run that holds the stack. */
  async function missing(): Promise<BuildConfig> {
    if (run() === undefined) return {};
    const { file, newest } = await look();
    return taken(file, newest);
  }

  /** Those of the newest record, if the file is behind it. A file is brought up to date before a run goes on: here is no one to ask. */
  function taken(file: BuildConfig, newest: BuildRecord | undefined): BuildConfig {
    if (!isBehind(file, newest)) return {};
    const lacked = numbered(newest, file);
    const unknown = unknownIn(lacked, file).find((each) => !vouched.has(each));
    if (newest !== kept && unknown !== undefined)
      throw new RepaveError(
        "IMAGE_NOT_VOUCHED",
        `${unknown}: the build record of run ${newest.runId} appeared after the run was checked`,
      );
    return lacked;
  }

  /** Reverts a record that never reached the file: no other clone must take it for what the stack is. */
  async function unrecord({ number, ...record }: BuildRecord, file: BuildConfig): Promise<void> {
    const values = { ...file };
    delete values.buildRecord;
    const before = { ...record, number: number + 1, values };
    await store.recordBuild(before);
    kept = before;
  }

  return {
    allowed: engine.allowed,
    outputs: () => engine.outputs(),
    fingerprint: () => engine.fingerprint(),
    appConfig: () => engine.appConfig(),
    keepAppConfig: (change) => engine.keepAppConfig(change),
    pendingOperations: () => engine.pendingOperations(),
    config: async () => ({ ...(await engine.config()), ...(await missing()) }),
    preview: async (change) => engine.preview({ ...(await missing()), ...change }),
    async apply(change, ...checks) {
      const holder = run();
      if (holder === undefined) return engine.apply(change, ...checks);
      const { file, newest } = await look();
      const lacked = taken(file, newest);
      const { buildRecord = 0, ...values } = merged(merged(file, lacked), change, newest?.values.nodeKeys);
      const number = Math.max(buildRecord, newest?.number ?? 0);
      const record = { schema: 1, number: number + 1, runId: holder.id, at: now(), values } as const;
      if (newest?.number === number && isSameBuild(values, newest.values))
        return engine.apply({ ...lacked, ...change, buildRecord: number }, ...checks);
      await store.recordBuild(record);
      kept = record;
      try {
        return await engine.apply({ ...lacked, ...change, buildRecord: record.number }, ...checks);
      } catch (thrown) {
        if (thrown instanceof RepaveError && thrown.code === "STACK_FILE_UNWRITABLE") await unrecord(record, file);
        throw thrown;
      }
    },
    async outOfDate() {
      const { file, newest } = await look();
      if (!isBehind(file, newest)) return undefined;
      return `the stack file is older than run ${newest.runId}: ${describeDifferences(file, newest)}`;
    },
    unwritable: () => engine.unwritable(),
    async bringUpToDate(vouch) {
      const { file, newest } = await look();
      if (!isBehind(file, newest)) return undefined;
      const lacked = numbered(newest, file);
      const unknown = unknownIn(lacked, file);
      await vouch(unknown);
      for (const each of unknown) vouched.add(each);
      await engine.write(lacked);
      const changes = differences(file, newest).map(
        (key) => `${key} ${file[key] ?? "(none)"} → ${newest.values[key] ?? "(none)"}`,
      );
      return `${changes.join(", ")} (run ${newest.runId})`;
    },
  };
}

/** What a file lacks of a record. The keys of its nodes are the operator's own unless the fleet has moved since. */
function numbered({ number, values: { nodeKeys, ...values } }: BuildRecord, file: BuildConfig): BuildConfig {
  const hasMoved = nodeKeys !== undefined && (values.imageTag === undefined) !== (file.imageTag === undefined);
  return { ...values, buildRecord: number, ...(hasMoved && { nodeKeys }) };
}

/** The values with a change over them: a move takes away how the other kind of nodes names its release. `known` is what was recorded of it. */
function merged(values: BuildConfig, change: BuildConfig, known?: NodeKeys): BuildConfig {
  const kept = { ...values };
  if (change.nodeKeys !== undefined)
    for (const key of ["releaseSequence", "imageTag", "imageDigest"] as const) Reflect.deleteProperty(kept, key);
  const nodeKeys = change.nodeKeys ?? values.nodeKeys ?? known;
  return { ...kept, ...change, ...(nodeKeys && { nodeKeys }) };
}

/** What of these values decides which code a node runs, or which secrets it reads, and is not in the file: images, and a move's own keys. */
const unknownIn = ({ image, nodeKeys = {} }: BuildConfig, file: BuildConfig): readonly string[] => [
  ...(image === undefined || image === file.image ? [] : [image]),
  ...newIn(nodeKeys, {}),
];
