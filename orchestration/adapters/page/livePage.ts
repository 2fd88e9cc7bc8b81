import type { LeaseRecord } from "../../../infra/contract";
import type { JournalEntry } from "../../domain/journal";
import type { Forecast } from "../../domain/forecast";
import { reportOf, type Report } from "../../domain/report/report";
import type { FleetStanding } from "../../domain/standing/state";
import { timeLeftOf } from "../../domain/standing/timeLeft";
import { type StandingLine, standingLines } from "../../domain/standing/words";
import type { RunRecord } from "../../ports/runStore";
import { html, raw, type Html } from "./html";
import { mainOf, shell, standingOf } from "./reportPage";
import { ago, asSentence } from "../../domain/text/words";
import { stepLabel } from "../../domain/text/labels";
import { planTitle } from "../../domain/plan";
import { section, table } from "./table";
import { clockTime, dateTime } from "./words";

/** What was read of the run store last. */
export interface Seen {
  readonly stack: string;
  /** All runs, oldest first. */
  readonly runs: readonly RunRecord[];
  /** The newest run; undefined: there is none yet. */
  readonly run: RunRecord | undefined;
  readonly entries: readonly JournalEntry[];
  readonly lease: LeaseRecord | undefined;
  /** The state of the fleet; undefined: it was never read. */
  readonly standing: FleetStanding | undefined;
  /** What was forecast for the run at its start; undefined: it could not be read. */
  readonly forecast: Forecast | undefined;
  /** When it was read, on the run's clock. */
  readonly at: number;
  /** Why it could not be read since. */
  readonly problem: string | undefined;
}

const alarm = (text: string): Html => html`<p class="alarm" role="alert">${text}</p>`;
const calm = (text: string): Html => html`<p class="calm">${text}</p>`;

/** What the page shows. */
export interface Shown {
  /** The line above the report: whether a run is active, and since when it is silent. */
  readonly standing: Html;
  /** For the tab of the browser. */
  readonly title: string;
  /** The report; empty without a run. Rendered on demand: its charts take a tenth of a second. */
  main(): Html;
}

/** Folds the journal once for both. */
export function show(seen: Seen, now: number): Shown {
  const { stack, runs, run, entries, lease, standing, at, problem } = seen;
  const trouble =
    problem === undefined
      ? undefined
      : alarm(`The run store cannot be read (${problem}). This page shows the state of ${clockTime(at)} UTC.`);
  if (!run) {
    const none = calm(`Stack ${stack} has no run yet. The first one will appear here.`);
    return { title: `${stack}: no run yet`, standing: html`${trouble}${none}`, main: () => raw("") };
  }
  const report = reportOf(run, entries, now);
  const lines = standing === undefined ? [] : standingLines(standing);
  return {
    title: titleOf(stack, standing, now),
    standing: html`${trouble}${lines.length === 0 ? inService(report) : lines.map(standingLine)}${answers(report, standing)}${left(seen, now)}`,
    main: () => html`${mainOf(report, standingOf(report, lease, now))}${pastRuns(runs)}`,
  };
}

/** `production: gate, 6m 12s`. */
function titleOf(stack: string, standing: FleetStanding | undefined, now: number): string {
  if (standing === undefined) return `${stack}: status`;
  const { kind, acting, downSince } = standing;
  if (downSince !== null) return `${stack}: down for ${ago(downSince, now)}`;
  if (acting === null) return `${stack}: ${kind}`;
  const step = acting.step === null ? "start" : stepLabel(acting.step);
  return acting.kind === "under way" ? `${stack}: ${step}, ${ago(acting.since, now)}` : `${stack}: ${kind} at ${step}`;
}

const MOST_RUNS = 20;

/** The runs before, newest first. `report` makes a page of each. */
function pastRuns(runs: readonly RunRecord[]): Html | undefined {
  const before = [...runs].reverse().slice(1, MOST_RUNS + 1);
  if (before.length === 0) return undefined;
  const rows = before.map(({ runId, createdAt, operator, plan }) => [
    dateTime(createdAt),
    html`<code>${runId}</code>`,
    operator,
    planTitle(plan),
  ]);
  return section("runs", "Earlier runs", table(["started (UTC)", "run", "by", "what"], rows, "Earlier runs"));
}

const inService = ({ asOf }: Report): Html =>
  html`<p class="state good">
    In service. The last run ended at ${clockTime(asOf)} UTC; the next one will appear here.
  </p>`;

/** That a run under way has not brought the service down. */
const answers = ({ availability }: Report, standing: FleetStanding | undefined): Html | undefined =>
  standing?.kind === "under way" && availability.spans.at(-1)?.answer === "answered"
    ? calm("The service answers.")
    : undefined;

/** The time that is left to a run under way. One that is reverted has no forecast. */
function left({ forecast, run, entries, standing }: Seen, now: number): Html | undefined {
  const { acting = null } = standing ?? {};
  if (acting?.kind !== "under way" || acting.what !== "run" || acting.step === "abort" || !forecast || !run)
    return undefined;
  const line = timeLeftOf(forecast, run.plan, entries, now);
  return line && html`<p class="left ${line.late ? "late" : ""}">${asSentence(line.text)}</p>`;
}

const standingLine = ({ mood, text, next }: StandingLine): Html => {
  const line = html`${asSentence(text)} ${next.map((command) => html`<br /><code>${command}</code>`)}`;
  return mood === "bad" ? html`<p class="alarm" role="alert">${line}</p>` : html`<p class="state ${mood}">${line}</p>`;
};

/** Puts what the server sends in its place; knows nothing else. What was unfolded stays so. */
const SCRIPT = `
const lost = document.getElementById("lost");
const source = new EventSource("/events");
function put(id) {
  return (event) => {
    const place = document.getElementById(id);
    const open = [...place.querySelectorAll("details")].map((each) => each.open);
    place.innerHTML = JSON.parse(event.data);
    place.querySelectorAll("details").forEach((each, index) => (each.open = open[index] === true));
  };
}
source.addEventListener("title", (event) => (document.title = JSON.parse(event.data)));
source.addEventListener("standing", put("standing"));
source.addEventListener("report", put("report"));
source.addEventListener("open", () => (lost.hidden = true));
source.addEventListener("error", () => (lost.hidden = false));
`;

/** The page that a browser is given first; all later changes come as events. */
export function livePage(seen: Seen, now: number, nonce: string): string {
  const head = html`<link rel="icon" href="data:," /><noscript><meta http-equiv="refresh" content="15" /></noscript>`;
  const shown = show(seen, now);
  const body = html`<div class="standing">
      <p id="lost" class="alarm" role="alert" hidden>This page has lost its server and is no longer updated.</p>
      <div id="standing" role="status">${shown.standing}</div>
    </div>
    <main id="report">${shown.main()}</main>
    <script nonce="${nonce}">
      ${raw(SCRIPT)};
    </script>`;
  return shell(shown.title, head, body);
}
