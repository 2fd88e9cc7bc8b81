import type { Outcome } from "../../domain/events";
import { stepLabel } from "../../domain/text/labels";
import { target } from "../../domain/plan";
import { releaseLabel } from "../../domain/release";
import type { Report } from "../../domain/report/report";
import type { FleetStanding } from "../../domain/standing/state";
import type { RunStanding } from "../../domain/standing/run";
import type { Mood } from "../../domain/standing/words";
import { ago, asSentence, clockTime, duration, lasting } from "../../domain/text/words";

/** Describes the outage, compared with the build of a node. */
function outageWords({ outage, outages, availability, plan }: Report): string {
  const { outageSeconds, nodeBuildSeconds, outageRatio } = outage;
  if (outages.length === 0 || outageSeconds === 0) {
    return availability.spans.length > 0 ? "the service was available all the time" : "the service was not monitored";
  }
  const cost = `the service was down for ${duration(outageSeconds)}`;
  if (nodeBuildSeconds === 0) return cost;
  const builds = plan.hops.length > 1 ? `the builds of ${plan.hops.length} first nodes` : "the build of one node";
  return `${cost}, ${outageRatio.toFixed(2)} times ${builds} (${duration(nodeBuildSeconds)})`;
}

function goal({ plan }: Report): string {
  const { release, image } = target(plan);
  return release === plan.from.release ? `${releaseLabel(release)} on image ${image}` : releaseLabel(release);
}

/** The verb of an upgrade that did not reach its goal. */
const ENDED = {
  halted: "halted, and everything was restored,",
  failed: "failed",
  blocked: "blocked",
  declined: "declined",
  "not-now": "not started now",
  "nothing-to-do": "found nothing to do",
} as const satisfies Partial<Record<Outcome, string>>;

/** Describes the run in one sentence: how it ended, and how long the service was down. */
export function verdict(report: Report, standing: RunStanding, fleet: FleetStanding): Verdict {
  const { text, mood } = verdictOf(report, standing);
  if (standing.kind === "ended" || fleet.downSince === null)
    return { mood, text: asSentence(`${text}; ${outageWords(report)}`) };
  // A service that is still down comes first, and is no figure of the past.
  const since = `${clockTime(fleet.downSince)} UTC (${ago(fleet.downSince, fleet.at)})`;
  return { mood: "bad", text: asSentence(`no answer since ${since}, still down: ${text}`) };
}

export interface Verdict {
  readonly text: string;
  readonly mood: Mood;
}

function verdictOf(report: Report, standing: RunStanding): Verdict {
  const { plan, failures } = report;
  const stack = `stack ${plan.stack}`;
  if (standing.kind === "ended") return endOf(report, standing.outcome);
  const step = standing.step === undefined ? "its start" : stepLabel(standing.step);
  const since = `${clockTime(standing.since)} UTC`;
  switch (standing.kind) {
    case "under way":
      return {
        mood: "held",
        text:
          standing.step === "abort"
            ? `the run is being reverted since ${since}: ${stack} goes back to ${releaseLabel(plan.from.release)}`
            : `repave of ${stack} to ${goal(report)} in progress, at ${step} since ${since}`,
      };
    case "interrupted":
      return {
        mood: "held",
        text: standing.silent
          ? `repave of ${stack} to ${goal(report)} is not finished: the run has not reported since ${since}, at ${step}`
          : `repave of ${stack} to ${goal(report)} was stopped by ${standing.operator} at ${step}, ${since}; it can be continued`,
      };
    case "on hold": {
      const title = failures.at(-1)?.title ?? "it could not continue";
      return {
        mood: "held",
        text: `${stack} is not on ${goal(report)} yet, on hold at ${step} since ${since}: ${title}`,
      };
    }
  }
}

function endOf(report: Report, outcome: Outcome): Verdict {
  const { plan, from, asOf, failures } = report;
  const stack = `stack ${plan.stack}`;
  const last = failures.at(-1);
  switch (outcome) {
    case "done":
      return { mood: "good", text: `${stack} runs ${goal(report)}, after ${lasting(asOf - from)}` };
    case "aborted":
      return { mood: "good", text: `the run was reverted: ${stack} stays on ${releaseLabel(plan.from.release)}` };
    case "gave-up":
      return {
        mood: "bad",
        text: `${stack} is not on ${goal(report)}: the run was given up, with no further attempts until an operator takes over`,
      };
    case "interrupted":
      return {
        mood: "held",
        text: `upgrade of ${stack} to ${goal(report)} was stopped by its operator; everything was restored`,
      };
    case "halted":
    case "failed":
    case "blocked":
    case "declined":
    case "not-now":
    case "nothing-to-do": {
      const why = last === undefined ? "" : ` at ${stepLabel(last.step)}: ${last.title}`;
      return { mood: "bad", text: `upgrade of ${stack} to ${goal(report)} ${ENDED[outcome]}${why}` };
    }
  }
}
