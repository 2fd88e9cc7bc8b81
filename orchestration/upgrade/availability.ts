import type { StepContext } from "./context";

/**
 * Turns the probe's samples into the journal's "outage began" and "outage ended". Samples carry their own time, so it does not
 * matter how late this looks at them. An outage that began in a process that died ends in the one that goes on.
 */
export function availability(): (ctx: Pick<StepContext, "ports" | "run">) => Promise<void> {
  let read = 0;
  return async ({ ports, run }) => {
    const samples = ports.probe.samples();
    for (; read < samples.length; read++) {
      const sample = samples[read];
      if (!sample) continue;
      const down = run.state.outageSince !== undefined;
      if (!sample.answered && !down) await run.record({ event: "outage.began", at: sample.at });
      if (sample.answered && down) await run.record({ event: "outage.ended", at: sample.at });
    }
  };
}
