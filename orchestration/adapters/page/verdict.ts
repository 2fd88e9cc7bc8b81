import type { Outcome } from "../../domain/events";
import { target } from "../../domain/plan";
import { releaseLabel } from "../../domain/release";
import type { Report } from "../../domain/report/report";
import type { Standing } from "../../domain/report/standing";
import { duration } from "../words";
import { clockTime, lasting } from "./words";

export type Mood = "good" | "bad" | "held" | "live";

/** The outage in words, weighed against the build of a node. */
function outageWords({ outage, outages, availability, plan }: Report): string {
  const { outageSeconds, nodeBuildSeconds, outageRatio } = outage;
  if (outages.length === 0 || outageSeconds === 0) {
    return availability.spans.length > 0 ? "the service answered all the time" : "the service was not watched";
  }
  const cost = `the service did not answer for ${duration(outageSeconds)}`;
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

/** The run in one sentence: what became of it, and what it cost. */
export function verdict(report: Report, standing: Standing): { readonly text: string; readonly mood: Mood } {
  const { plan, from, asOf, step = "the beginning", failures } = report;
  const stack = `stack ${plan.stack}`;
  const outage = outageWords(report);
  if (standing.kind === "under way") {
    const since = report.steps.at(-1)?.from ?? from;
    return {
      mood: "live",
      text: sentence(`${stack} is on its way to ${goal(report)}, at ${step} since ${clockTime(since)}; ${outage}`),
    };
  }
  if (standing.kind === "silent") {
    return {
      mood: "held",
      text: sentence(
        `${stack} is not finished on its way to ${goal(report)}: nothing was heard of the run after ${clockTime(standing.since)}, at ${step}; ${outage}`,
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
        text: sentence(`the run was taken back: ${stack} stays on ${releaseLabel(plan.from.release)}; ${outage}`),
      };
    case "gave-up":
      return {
        mood: "bad",
        text: sentence(
          `${stack} is not on ${goal(report)}: the run was given up, and nothing more is tried until a person takes over; ${outage}`,
        ),
      };
    case "halted":
    case "interrupted": {
      const why =
        standing.outcome === "halted"
          ? `halted at ${last?.step ?? step}: ${last?.title ?? "it could not go on"}`
          : `stopped by the operator at ${last?.step ?? step}`;
      const held = report.isResumable
        ? "the fleet is held as it is and the same command goes on"
        : "everything was put back as it was found";
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
      const why = last === undefined ? "" : ` at ${last.step}: ${last.title}`;
      return {
        mood: "bad",
        text: sentence(`upgrade of ${stack} to ${goal(report)} ${ENDED[standing.outcome]}${why}; ${outage}`),
      };
    }
  }
}
