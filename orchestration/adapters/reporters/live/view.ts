import type { Colors } from "picocolors/types";
import { NO_HISTORY } from "../../../domain/forecast";
import { timeLeft } from "../../../domain/standing/timeLeft";
import { target, type Plan } from "../../../domain/plan";
import { releaseLabel, shortName } from "../../../domain/release";
import { nodeLines, type Detail } from "./nodeLines";
import { stepLines } from "./stepLines";
import { stopAdvice } from "./stopping";
import { strip, stripLine } from "./strip";
import { cut, flow, folded, lengthOf, paint, spread, type Line } from "./text";
import { currentStep, downSeconds, isDown, type LiveState } from "./state";

export interface ViewOptions {
  /** Of the terminal, in characters. */
  readonly columns: number;
  readonly rows: number;
  /** Time of the run's clock, in milliseconds since the epoch. */
  readonly now: number;
  readonly colors: Colors;
  readonly duration: (seconds: number) => string;
  /** The operator has asked to stop. */
  readonly stopping: boolean;
}

/** A terminal wider than this gains nothing from longer lines. */
const WIDEST = 160;
const LABEL = 9;

const label = (text: string): string => `  ${text}`.padEnd(LABEL + 2);

/** The live block: what a run shows of itself, in lines that fit the terminal. The lower the terminal, the less detail. */
export function view(state: LiveState, options: ViewOptions): readonly string[] {
  const width = Math.min(options.columns, WIDEST) - 1;
  const most = Math.max(4, options.rows - 1);
  const levels: readonly Detail[] = ["all", "reds", "none"];
  const drafts = levels.map((detail) => layout(state, options, width, detail));
  const fitting = drafts.find((lines) => lines.length <= most) ?? (drafts.at(-1) ?? []).slice(-most);
  return fitting.map((line) => paint(cut(line, width), options.colors));
}

function layout(state: LiveState, options: ViewOptions, width: number, detail: Detail): readonly Line[] {
  const { now, duration } = options;
  const gap: readonly Line[] = detail === "none" ? [] : [[]];
  return [
    ...gap,
    ...header(state, options, width),
    ...stepLines(state, { now, width, duration, all: detail !== "none" }),
    ...progress(state, width),
    ...gap,
    ...nodeLines(state.nodes, width, detail, isLate(state, now)),
    ...gap,
    ...service(state, options, width),
    ...[...outage(state, options), stop(state, options)].flatMap((line) => folded(line, width, LABEL + 2)),
    ...warnings(state),
  ];
}

/** A build without an earlier one to compare with is late after this. */
const USUAL_BUILD_SECONDS = NO_HISTORY.hopBuildSeconds;

const isLate = ({ launchedAt, nodeBuildSeconds }: LiveState, now: number): boolean =>
  launchedAt !== undefined && (now - launchedAt) / 1000 > (nodeBuildSeconds ?? USUAL_BUILD_SECONDS);

/** The change, and the time: side by side, or below each other where there is no room. */
function header({ plan, ...state }: LiveState, { now, duration }: ViewOptions, width: number): readonly Line[] {
  const isPatch = plan !== undefined && target(plan).release === plan.from.release;
  const way = plan ? [plan.from, ...plan.hops].map(({ release }) => release) : [];
  const named = way.map((release, index) =>
    index === 0 || index === way.length - 1 ? releaseLabel(release) : shortName(release),
  );
  const title =
    state.aborting && plan
      ? `back to ${releaseLabel(plan.from.release)}`
      : isPatch
        ? patchTitle(plan)
        : named.join(" → ");
  const spent = state.since === undefined ? "" : duration(Math.floor((now - state.since) / 1000));
  const right: Line = [[spent, "strong"], ...rest(state, now, duration)];
  const left: Line = [[plan ? `${plan.stack}: ${title}` : "run", "strong"]];
  return lengthOf(left) + 2 + lengthOf(right) <= width
    ? [spread(left, right, width)]
    : [...folded(left, width, 2), ...folded([["  "], ...right], width, 2)];
}

const patchTitle = (plan: Plan): string => {
  const { release, image } = target(plan);
  return `release ${releaseLabel(release)}, ${image === plan.from.image ? "again" : `image ${image}`}`;
};

/** The time that is left by the forecast, and by how much the current step is late. */
function rest({ steps, forecast }: Omit<LiveState, "plan">, now: number, words: ViewOptions["duration"]): Line {
  const left = forecast && timeLeft(steps, now);
  if (!left) return [];
  const late: Line = left.late ? [[`, ${words(Math.round(left.late.seconds))} late`, "bad"]] : [];
  return [...late, [`, ${of(words(Math.round(left.toEnd)), { forecast })} left`, "strong"]];
}

function progress({ progress: text }: LiveState, width: number): readonly Line[] {
  return text === undefined ? [] : folded([["  → ", "dim"], [text]], width, 4);
}

function service(state: LiveState, { now }: ViewOptions, width: number): readonly Line[] {
  if (state.since === undefined) return [];
  const most = Math.max(10, width - LABEL - 2 - 18);
  const cells = strip(state.gaps, state.since, now, most);
  return [[[label("service")], ...stripLine(cells), [`  ${cells.secondsEach}s each`, "dim"]]];
}

/** The outage of this hop against its budget, the build of one node. */
function outage(state: LiveState, { now, duration }: ViewOptions): readonly Line[] {
  const hop = currentStep(state)?.hop;
  const began = state.steps.find((step) => step.hop === hop && step.scope === "hop" && step.since > 0)?.since ?? 0;
  const seconds = downSeconds(state, began, now);
  if (seconds === 0 && state.earlierOutageSeconds === 0) return [[[label("outage")], ["none", "good"]]];
  const budget = state.nodeBuildSeconds;
  const over = budget !== null && seconds > budget;
  const clock = duration(Math.floor(seconds));
  const against =
    budget === null
      ? "no earlier run to compare with"
      : `${Math.round((seconds / budget) * 100)}% of ${duration(budget)}, one node's build`;
  const before = state.earlierOutageSeconds > 0 ? `; ${duration(state.earlierOutageSeconds)} before that` : "";
  const words = isDown(state) ? `down for ${clock}` : `was down for ${clock}`;
  return [
    [[label("outage")], [words, over ? "bad" : "busy"], [` (${against}${before})`, over ? "bad" : "dim"]],
    ...back(state, now, duration),
  ];
}

/** When the service is expected to answer again. */
function back(state: LiveState, now: number, words: ViewOptions["duration"]): readonly Line[] {
  const left = state.forecast && timeLeft(state.steps, now);
  if (!left || left.toService === undefined || left.toOutage !== undefined || !isDown(state)) return [];
  if (left.toService > 0) return [[[label("back")], [`in ${of(words(Math.round(left.toService)), state)}`]]];
  return [[[label("back")], [`expected ${words(Math.round(left.late?.seconds ?? 0))} ago${assumedIn(state)}`, "bad"]]];
}

const isAssumed = ({ forecast }: Pick<LiveState, "forecast">): boolean => forecast?.pastRuns === 0;
const assumedIn = (state: Pick<LiveState, "forecast">): string => (isAssumed(state) ? " (not measured)" : "");

/** A time that is left. What nobody measured is a limit and no expectation. */
const of = (time: string, state: Pick<LiveState, "forecast">): string =>
  `${isAssumed(state) ? "up to" : "about"} ${time}${assumedIn(state)}`;

function stop(state: LiveState, { now, duration, stopping }: ViewOptions): Line {
  if (stopping) return [[label("stopping")], ["at the next safe point; press Ctrl-C again to stop at once", "busy"]];
  const { text, harmless } = stopAdvice(state, now, duration);
  return [[label("stopping")], [text, harmless ? "plain" : "busy"]];
}

function warnings({ warnings: count }: LiveState): readonly Line[] {
  if (count === 0) return [];
  return flow(
    [label("!"), "busy"],
    [[[`${count} ${count === 1 ? "warning" : "warnings"}, repeated at the end`, "busy"]]],
    200,
  );
}
