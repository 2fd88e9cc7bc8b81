import type { ReportPage } from "../../ports/reportPage";
import { reportOf, type Report } from "../../domain/report/report";
import { fleetStanding } from "../../domain/standing/fleet";
import type { FleetStanding } from "../../domain/standing/state";
import { type Heartbeat, runStanding, type RunStanding } from "../../domain/standing/run";
import { standingLines } from "../../domain/standing/words";
import { asSentence, duration } from "../../domain/text/words";
import { byTime, MARKS, tell } from "../../domain/telling";
import { html, raw, type Html } from "./html";
import { proofSection } from "./proofSection";
import {
  changesSection,
  decisionsSection,
  drainSection,
  evidenceSection,
  failuresSection,
  gateSection,
  outageSection,
  timelineSection,
} from "./sections";
import { STYLE } from "./style";
import { table } from "./table";
import { verdict } from "./verdict";
import { clockTime, dateTime, lasting } from "./words";

/** Seconds after which the page of an active run reloads. */
const REFRESH_S = 15;
/** No script and no network, whatever a name in the run might say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page of a run, made from its journal alone. */
export function reportPage(): ReportPage {
  return {
    render(request) {
      const report = reportOf(request.run, request.entries, request.now);
      const stands = standingOf(report, request.heartbeat, request.now);
      const head =
        stands.run.kind === "under way" ? html`<meta http-equiv="refresh" content="${REFRESH_S}" />` : raw("");
      const policy = html`<meta http-equiv="Content-Security-Policy" content="${POLICY}" />`;
      const body = html`<main>${mainOf(report, stands)}</main>`;
      return Promise.resolve(shell(`${request.run.runId}, ${request.run.plan.stack}`, html`${policy}${head}`, body));
    },
  };
}

export const shell = (title: string, head: Html, body: Html): string =>
  `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${head}
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.html
  }`;

/** How it stands with the run, and what its own journal says of the fleet. */
export interface Stands {
  readonly run: RunStanding;
  readonly fleet: FleetStanding;
}

export function standingOf(report: Report, heartbeat: Heartbeat | undefined, now: number): Stands {
  const recorded = { ...report, what: "run" } as const;
  const lease = heartbeat?.runId === report.runId ? heartbeat : undefined;
  const { stack } = report.plan;
  return {
    run: runStanding(recorded, lease, now),
    fleet: fleetStanding({ stack, journals: [recorded], lease, now }),
  };
}

/** What is shown of a run, without the page around it. */
export function mainOf(report: Report, stands: Stands): Html {
  return html`${top(report, stands)} ${failuresSection(report)} ${timelineSection(report)} ${outageSection(report)}
  ${changesSection(report)} ${drainSection(report)} ${gateSection(report)} ${proofSection(report)}
  ${decisionsSection(report)} ${evidenceSection(report)} ${journal(report)}`;
}

function top(report: Report, { run: standsAt, fleet }: Stands): Html {
  const { runId, plan, operator, from, asOf, outage, attempts, drains } = report;
  const { text, mood } = verdict(report, standsAt, fleet);
  const drained = standsAt.kind === "ended" ? [] : standingLines({ ...fleet, acting: null, downSince: null });
  const jobs = drains.reduce((sum, { finished = 0 }) => sum + finished, 0);
  const figures: readonly (readonly [string, string])[] = [
    // The service is not watched while a run is on hold, so the measured time is not the whole outage.
    ["outage", `${duration(outage.outageSeconds)}${fleet.downSince === null ? "" : ", not over"}`],
    ["build of one node", outage.nodeBuildSeconds === 0 ? "–" : duration(outage.nodeBuildSeconds / builds(report))],
    ["ratio", outage.nodeBuildSeconds === 0 ? "–" : outage.outageRatio.toFixed(2)],
    ["whole run", lasting(asOf - from)],
    ["jobs finished in drains", drains.some(({ finished }) => finished !== undefined) ? String(jobs) : "–"],
  ];
  const resumed = attempts > 1 ? `, resumed ${attempts === 2 ? "once" : `${attempts - 1} times`}` : "";
  return html`<header class="top">
    <h1 class="verdict ${mood}">${text}</h1>
    ${drained.map((line) => html`<p class="state ${line.mood}">${asSentence(line.text)}</p>`)}
    <dl class="figures">
      ${figures.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <p class="facts">
      ${runId}, stack ${plan.stack}, started ${dateTime(from)} UTC by ${operator}${resumed};
      ${standsAt.kind === "ended" ? `ended ${dateTime(asOf)}` : `not finished, as of ${dateTime(asOf)}`}.
    </p>
  </header>`;
}

/** Builds that were measured, of which the figure is the mean. */
const builds = ({ outages }: Report): number => Math.max(1, outages.filter(({ build }) => build !== undefined).length);

function journal({ entries }: Report): Html {
  const rows = byTime(entries).map((entry) => {
    const { mark, text } = tell(entry);
    return [clockTime(entry.at), `${MARKS[mark]}${text}`];
  });
  return html`<section aria-labelledby="journal">
    <h2 id="journal">Journal</h2>
    <details>
      <summary>${entries.length} entries, the source of this page</summary>
      ${table(["time", "what happened"], rows, "Journal entries")}
    </details>
  </section>`;
}
