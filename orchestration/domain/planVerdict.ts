import type { PlanJudged } from "./commandEvents";
import type { CheckMade } from "./events";
import { type Forecast, likelyOutageSecondsOf, outageFigure, outageSecondsOf, secondsInAll } from "./forecast";
import { type Plan, target } from "./plan";
import { shortName } from "./release";
import { checksWords } from "./telling";
import { about, plural } from "./text/words";

interface Judged {
  readonly plan: Plan;
  readonly checks: readonly CheckMade[];
  readonly forecast: Forecast;
  /** An unfinished run would be continued. */
  readonly resumes: boolean;
  /** Risks that were accepted for this plan alone, by id: a run is started by somebody who accepts them for it. */
  readonly accepted?: readonly string[];
  /** Where the plan was written, and what runs it. */
  readonly written?: { readonly file: string; readonly command: string } | undefined;
}

/** What came of a plan's checks, how long it would take, and the command that starts it. */
export function planVerdict({
  plan,
  checks,
  forecast,
  resumes,
  accepted = [],
  written,
}: Judged): Omit<PlanJudged, "event"> {
  const failed = checks.filter(({ ok }) => !ok).map(({ id }) => id);
  const skipped = checks.filter((made) => made.skipped === true).map(({ id }) => id);
  const expectedSeconds = secondsInAll(forecast, plan);
  const likelyOutageSeconds = likelyOutageSecondsOf(forecast, plan);
  const outageSeconds = outageSecondsOf(forecast, plan);
  const again = accepted.length === 0 ? "" : `${accepted.map((id) => ` --accept ${id}`).join("")} --because "…"`;
  const command = `${written?.command ?? commandOf(plan, resumes)}${again}`;
  const what = target(plan).release === plan.from.release ? "patch" : "upgrade";
  const [inAll, assumed] = forecast.runs === 0 ? ["up to", " (nothing measured on this stack yet)"] : ["about", ""];
  const without =
    accepted.length === 0
      ? ""
      : `, without the accepted ${accepted.length === 1 ? "risk" : "risks"} (${accepted.join(", ")}): accept again at the run`;
  const kept = written === undefined ? "" : ` Plan written to ${written.file}${without}.`;
  const then =
    written === undefined ? "then plan again" : `then run this plan, which makes every check anew: ${command}`;
  const text =
    failed.length > 0
      ? `${plural(failed.length, "check")} failed: the ${what} would be refused.${kept} Fix ${failed.join(", ")}, ${then}${written === undefined ? "." : ""}`
      : `${resumes && checks.length === 0 ? "The unfinished run would be continued" : checksWords(checks).text}. ` +
        `Would take ${inAll} ${about(expectedSeconds)}, outage ${outageFigure(likelyOutageSeconds, outageSeconds)}${assumed}.${kept} Start with: ${command}`;
  const passed = checks.length - failed.length - skipped.length;
  const file = written === undefined ? {} : { file: written.file };
  return { passed, skipped, failed, expectedSeconds, likelyOutageSeconds, outageSeconds, command, ...file, text };
}

function commandOf(plan: Plan, resumes: boolean): string {
  const { stack, from } = plan;
  const { release, image } = target(plan);
  if (resumes) return `npm run upgrade -- --resume --stack ${stack}`;
  const withImage = image === from.image ? "" : ` --image ${image}`;
  return release === from.release && withImage !== ""
    ? `npm run patch --${withImage} --stack ${stack}`
    : `npm run upgrade -- --release ${shortName(release)}${withImage} --stack ${stack}`;
}
