import type * as prom from "prom-client";
import { OUTCOMES, type RunFinished } from "../../domain/events";
import { printable } from "../../domain/text/printable";
import { lazily } from "../machine/lazy";

/** What is measured of the last run of a stack. Times are ms since the epoch, on the run's clock. */
export interface LastRun {
  readonly stack: string;
  readonly finished: RunFinished;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** When a run last ended as wanted, this one included; undefined: none ever did. */
  readonly succeededAt: number | undefined;
  readonly nodes: readonly { readonly instanceId: string; readonly launchedAt: number }[];
}

/** The last run in Prometheus' text format, for the textfile collector of its node exporter. What is not known is left out. */
export function renderMetrics(run: LastRun): Promise<string> {
  const { Gauge, Registry } = lazily("prom-client") as typeof prom;
  const registry = new Registry();
  registry.setDefaultLabels({ stack: printable(run.stack) });
  const { finished } = run;
  const gauge = (name: string, help: string, value: number | null | undefined): void => {
    if (value === null || value === undefined) return;
    new Gauge({ name: `tfe_repave_${name}`, help, registers: [registry] }).set(value);
  };
  const seconds = (ms: number): number => ms / 1000;
  gauge("last_run_timestamp_seconds", "When the last run ended.", seconds(run.finishedAt));
  gauge("last_run_duration_seconds", "How long the last run took.", seconds(run.finishedAt - run.startedAt));
  gauge(
    "last_run_outage_seconds",
    "How long the service was down in the last run, measured through the load balancer.",
    finished.outageSeconds,
  );
  gauge(
    "last_run_node_build_seconds",
    "Time from launch to the first passed check of the first nodes of the last run.",
    finished.nodeBuildSeconds,
  );
  gauge(
    "last_run_outage_ratio",
    "Outage of the last run divided by the build time of its nodes.",
    finished.outageRatio,
  );
  gauge(
    "last_success_timestamp_seconds",
    "When a run last ended with every node as planned.",
    run.succeededAt === undefined ? undefined : seconds(run.succeededAt),
  );

  const outcome = new Gauge({
    name: "tfe_repave_last_run_outcome",
    help: "How the last run ended: 1 for its outcome, 0 for the others.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  for (const each of OUTCOMES) outcome.set({ outcome: each }, each === finished.outcome ? 1 : 0);

  const launched = new Gauge({
    name: "tfe_repave_node_launch_timestamp_seconds",
    help: "When the node was launched; its age is time() minus this.",
    labelNames: ["instance_id"],
    registers: [registry],
  });
  for (const { instanceId, launchedAt } of run.nodes)
    launched.set({ instance_id: printable(instanceId) }, seconds(launchedAt));
  return registry.metrics();
}
