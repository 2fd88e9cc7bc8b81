import type { StepContext } from "./context";

type Watched = Pick<StepContext, "ports" | "run">;

/** Records the availability of the service in the journal. */
export interface Watch {
  /** Reads the samples since the last call. */
  look(ctx: Watched): Promise<void>;
  /** Reads the last samples, and returns the number of all samples. */
  end(ctx: Watched): Promise<void>;
}

/**
 * Turns the probe's samples into the journal's outage events. Samples carry their own time, so it does not matter how late they
 * are read. An outage that started in a process that died ends in the process that resumes the run.
 */
export function availability(): Watch {
  let read = 0;
  let unanswered = 0;

  async function look({ ports, run }: Watched): Promise<void> {
    const samples = ports.probe.samples();
    for (; read < samples.length; read++) {
      const sample = samples[read];
      if (!sample) continue;
      if (read === 0) await run.record({ event: "watch.began", at: sample.at });
      if (!sample.answered) unanswered += 1;
      const down = run.state.outageSince !== undefined;
      if (!sample.answered && !down) await run.record({ event: "outage.began", at: sample.at });
      if (sample.answered && down) await run.record({ event: "outage.ended", at: sample.at });
    }
  }

  return {
    look,
    async end(ctx) {
      await look(ctx);
      const last = ctx.ports.probe.samples().at(-1);
      if (last) await ctx.run.record({ event: "watch.ended", at: last.at, asked: read, unanswered });
    },
  };
}
