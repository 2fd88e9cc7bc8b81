import type { Outcome } from "../../domain/events";
import { stepLabel } from "../../domain/labels";
import { target } from "../../domain/plan";
import { releaseLabel } from "../../domain/release";
import type { Report } from "../../domain/report/report";
import type { Standing } from "../../domain/report/standing";
import { duration } from "../../domain/words";
import { clockTime, lasting } from "./words";

export type Mood = "good" | "bad" | "held" | "live";

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

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The verb of an upgrade that did not reach its goal. */
const ENDED = {
  failed: "failed",
  blocked: "blocked",
  declined: "declined",
  "not-now": "not started now",
  "nothing-to-do": "found nothing to do",
} as const satisfies Partial<Record<Outcome, string>>;

/** Describes the run in one sentence: how it ended, and how long the service was down. */
export function verdict(report: Report, standing: Standing): { readonly text: string; readonly mood: Mood } {
  const { plan, from, asOf, failures } = report;
  const step = report.step === undefined ? "its start" : stepLabel(report.step);
  const stack = `stack ${plan.stack}`;
  const outage = outageWords(report);
  if (standing.kind === "under way") {
    const since = report.steps.at(-1)?.from ?? from;
    return {
      mood: "live",
      text: sentence(
        `repave of ${stack} to ${goal(report)} in progress, at ${step} since ${clockTime(since)} UTC; ${outage}`,
      ),
    };
  }
  if (standing.kind === "silent") {
    return {
      mood: "held",
      text: sentence(
        `repave of ${stack} to ${goal(report)} is not finished: the run has not reported since ${clockTime(standing.since)} UTC, at ${step}; ${outage}`,
      ),
    };
  }
  const last = failures.at(-1);
  switch (standing.outcome) {
    case "done":
      return {
        mood: "good",
        text: sentence(`${stack} runs ${goal(report)}, after ${lasting(asOf - from)}; ${outage}`),
      };
    case "aborted":
      return {
        mood: "good",
        text: sentence(`the run was reverted: ${stack} stays on ${releaseLabel(plan.from.release)}; ${outage}`),
      };
    case "gave-up":
      return {
        mood: "bad",
        text: sentence(
          `${stack} is not on ${goal(report)}: the run was given up, with no further attempts until an operator takes over; ${outage}`,
        ),
      };
    case "halted":
    case "interrupted": {
      const why =
        standing.outcome === "halted"
          ? `halted at ${last === undefined ? step : stepLabel(last.step)}: ${last?.title ?? "it could not continue"}`
          : `interrupted at ${last === undefined ? step : stepLabel(last.step)}`;
      const held = report.isResumable
        ? "the fleet is on hold, and the same command resumes the run"
        : "everything was restored";
      return {
        mood: "held",
        text: sentence(`${stack} is not on ${goal(report)} yet, ${why}; ${held}; ${outage}`),
      };
    }
    case "failed":
    case "blocked":
    case "declined":
    case "not-now":
    case "nothing-to-do": {
      const why = last === undefined ? "" : ` at ${stepLabel(last.step)}: ${last.title}`;
      return {
        mood: "bad",
        text: sentence(`upgrade of ${stack} to ${goal(report)} ${ENDED[standing.outcome]}${why}; ${outage}`),
      };
    }
  }
}
