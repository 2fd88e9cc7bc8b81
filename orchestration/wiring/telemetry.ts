import { resolve } from "node:path";
import { replaceFile } from "../adapters/machine/files";
import { renderMetrics } from "../adapters/telemetry/metrics";
import { alive } from "../domain/fleet";
import type { Outcome, RunFinished } from "../domain/events";
import type { Ports } from "../run/context";
import { readRun } from "../run/pastRuns";

export { openTraces, type Traces } from "../adapters/telemetry/traces";

/** Environment: the file that the last run is measured in, where the command line does not name one. */
const METRICS_FILE_ENV = "TFE_REPAVE_METRICS_FILE";

export interface Measuring {
  /** `--metrics`. */
  readonly file: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly stack: string;
  readonly ports: Pick<Ports, "clock" | "fleet" | "store">;
  /** Called with the reason why there is no file. */
  readonly problem: (line: string) => void;
}

/** Starts to measure, and returns the function to call when the run has ended. A run never fails because of its metrics. */
export function measureRun(measuring: Measuring): (finished: RunFinished) => Promise<void> {
  const { env, stack, ports, problem } = measuring;
  const file = measuring.file ?? env[METRICS_FILE_ENV] ?? "";
  if (file === "") return () => Promise.resolve();
  const startedAt = ports.clock.now();
  return async (finished) => {
    try {
      const finishedAt = ports.clock.now();
      const fleet = await ports.fleet.describe().catch(() => undefined);
      const nodes = (fleet ? alive(fleet) : []).map(({ id, launchedAt }) => ({ instanceId: id, launchedAt }));
      const succeededAt = SUCCESSES.includes(finished.outcome) ? finishedAt : await lastSuccess(ports);
      const text = await renderMetrics({ stack, finished, startedAt, finishedAt, succeededAt, nodes });
      await replaceFile(resolve(file), text);
    } catch (error) {
      problem(`the metrics could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

/** Every node is on the build that was asked for. */
const SUCCESSES: readonly Outcome[] = ["done", "nothing-to-do"];

async function lastSuccess({ store }: Pick<Ports, "store">): Promise<number | undefined> {
  for (const record of [...(await store.list())].reverse()) {
    const run = await readRun(store, record, undefined);
    if ("why" in run) continue;
    const last = run.entries.findLast((entry) => entry.event === "run.finished");
    if (last?.event === "run.finished" && SUCCESSES.includes(last.outcome)) return last.at;
  }
  return undefined;
}
