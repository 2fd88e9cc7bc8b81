import type { LeaseRecord } from "../../../infra/contract";
import type { JournalEntry } from "../../domain/journal";
import { stepLabel } from "../../domain/labels";
import { reportOf, type Report } from "../../domain/report/report";
import { standing, type Standing } from "../../domain/report/standing";
import type { RunRecord } from "../../ports/runStore";
import { html, raw, type Html } from "./html";
import { mainOf, shell } from "./reportPage";
import { clockTime, lasting } from "./words";

/** What was read of the run store last. */
export interface Seen {
  readonly stack: string;
  /** The newest run; undefined: there is none yet. */
  readonly run: RunRecord | undefined;
  readonly entries: readonly JournalEntry[];
  readonly lease: LeaseRecord | undefined;
  /** When it was read, on the run's clock. */
  readonly at: number;
  /** Why it could not be read since. */
  readonly problem: string | undefined;
}

const alarm = (text: string): Html => html`<p class="alarm" role="alert">${text}</p>`;
const calm = (text: string): Html => html`<p class="calm">${text}</p>`;

const serviceWords = ({ availability, outages }: Report): string =>
  availability.spans.at(-1)?.answer === "unanswered"
    ? `The service has not answered for ${lasting((outages.at(-1)?.to ?? 0) - (outages.at(-1)?.from ?? 0))}.`
    : "The service answers.";

/** What the page shows. */
export interface Shown {
  /** The line above the report: whether a run is active, and since when it is silent. */
  readonly standing: Html;
  /** The report; empty without a run. Rendered on demand: its charts take a tenth of a second. */
  main(): Html;
}

/** Folds the journal once for both. */
export function show({ stack, run, entries, lease, at, problem }: Seen, now: number): Shown {
  const trouble =
    problem === undefined
      ? undefined
      : alarm(`The run store cannot be read (${problem}). This page shows the state of ${clockTime(at)} UTC.`);
  if (!run) {
    const none = calm(`Stack ${stack} has no run yet. The first one will appear here.`);
    return { standing: html`${trouble}${none}`, main: () => raw("") };
  }
  const report = reportOf(run, entries, now);
  const stands = standing(report, lease, now);
  return {
    standing: html`${trouble}${standingLine(report, stands, stack, now)}`,
    main: () => mainOf(report, stands),
  };
}

function standingLine(report: Report, stands: Standing, stack: string, now: number): Html {
  const { asOf } = report;
  const step = report.step === undefined ? "its start" : stepLabel(report.step);
  switch (stands.kind) {
    case "ended":
      return calm(`Ended at ${clockTime(asOf)} UTC. The next run will appear here.`);
    case "under way": {
      const heard = lasting(Math.max(0, now - stands.heardAt));
      return calm(`In progress at ${step}, last report ${heard} ago. ${serviceWords(report)}`);
    }
    case "silent":
      return alarm(
        `The orchestrator has not reported for ${lasting(now - stands.since)} (since ${clockTime(stands.since)} UTC, at ${step}). ` +
          `Nothing acts on the fleet until the run is resumed: npm run upgrade -- --resume --stack ${stack}`,
      );
  }
}

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
source.addEventListener("standing", put("standing"));
source.addEventListener("report", put("report"));
source.addEventListener("open", () => (lost.hidden = true));
source.addEventListener("error", () => (lost.hidden = false));
`;

/** The page that a browser is given first; all later changes come as events. */
export function livePage(seen: Seen, now: number, nonce: string): string {
  const head = html`<noscript><meta http-equiv="refresh" content="15" /></noscript>`;
  const shown = show(seen, now);
  const body = html`<div class="standing">
      <p id="lost" class="alarm" role="alert" hidden>This page has lost its server and is no longer updated.</p>
      <div id="standing">${shown.standing}</div>
    </div>
    <main id="report">${shown.main()}</main>
    <script nonce="${nonce}">
      ${raw(SCRIPT)};
    </script>`;
  return shell(`${seen.stack}: status`, head, body);
}
