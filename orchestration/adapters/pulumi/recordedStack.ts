import { describeDifferences, differences, isBehind, isSameBuild } from "../../../infra/runs/buildRecord";
import type { BuildConfig, BuildRecord } from "../../../infra/contract";
import type { RunStore } from "../../ports/runStore";
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

  async function look(): Promise<{ readonly file: BuildConfig; readonly newest: BuildRecord | undefined }> {
    return { file: await engine.config(), newest: kept ?? (await store.build()) };
  }

  /** The newer values that the file lacks, for the run that holds the stack. */
  async function missing(): Promise<BuildConfig> {
    if (run() === undefined) return {};
    const { file, newest } = await look();
    return isBehind(file, newest) ? numbered(newest) : {};
  }

  return {
    allowed: engine.allowed,
    outputs: () => engine.outputs(),
    appConfig: () => engine.appConfig(),
    keepAppConfig: (change) => engine.keepAppConfig(change),
    pendingOperations: () => engine.pendingOperations(),
    config: async () => ({ ...(await engine.config()), ...(await missing()) }),
    preview: async (change) => engine.preview({ ...(await missing()), ...change }),
    async apply(change, lastCheck) {
      const holder = run();
      if (holder === undefined) return engine.apply(change, lastCheck);
      const { file, newest } = await look();
      const taken = isBehind(file, newest) ? numbered(newest) : {};
      const { buildRecord = 0, ...values } = { ...file, ...taken, ...change };
      const number = Math.max(buildRecord, newest?.number ?? 0);
      const record = { schema: 1, number: number + 1, runId: holder.id, at: now(), values } as const;
      if (newest?.number === number && isSameBuild(values, newest.values))
        return engine.apply({ ...taken, ...change, buildRecord: number }, lastCheck);
      await store.recordBuild(record);
      kept = record;
      return engine.apply({ ...taken, ...change, buildRecord: record.number }, lastCheck);
    },
    async outOfDate() {
      const { file, newest } = await look();
      if (!isBehind(file, newest)) return undefined;
      return `the stack file is older than run ${newest.runId}: ${describeDifferences(file, newest)}`;
    },
    async bringUpToDate() {
      const { file, newest } = await look();
      if (!isBehind(file, newest)) return undefined;
      await engine.write(numbered(newest));
      const changes = differences(file, newest).map(
        (key) => `${key} ${file[key] ?? "(none)"} → ${newest.values[key] ?? "(none)"}`,
      );
      return `${changes.join(", ")} (run ${newest.runId})`;
    },
  };
}

const numbered = ({ number, values }: BuildRecord): BuildConfig => ({ ...values, buildRecord: number });
