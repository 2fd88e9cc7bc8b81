import type { RunEvent, RunOutlook } from "../../../domain/events";
import type { Expectation } from "../../../domain/start/expectation";
import type { Plan } from "../../../domain/plan";
import type { TimedStep } from "../../../domain/standing/timeLeft";
import { handle, nodesAfter, type Handlers, type NodeView } from "./nodes";

/** All times are milliseconds since the epoch, on the run's clock. */
export interface StepView extends TimedStep {
  readonly scope: RunOutlook["steps"][number]["scope"];
  readonly expectedSeconds: number | null;
  readonly seconds: number;
}

/** A time without an answer; open: it has not ended. */
export interface Gap {
  readonly from: number;
  readonly to?: number;
}

/** What a run shows of itself, worked out from its events. */
export interface LiveState {
  readonly plan: Plan | undefined;
  /** What is expected of the run; undefined: nothing was said of it. */
  readonly forecast: Expectation | undefined;
  readonly steps: readonly StepView[];
  readonly nodes: readonly NodeView[];
  /** Last word on what is waited for. */
  readonly progress: string | undefined;
  /** Since when the service is watched; undefined: not yet. */
  readonly since: number | undefined;
  readonly gaps: readonly Gap[];
  /** Outages of this run that were over before this process. */
  readonly earlierOutageSeconds: number;
  /** What an outage is weighed against. */
  readonly nodeBuildSeconds: number | null;
  /** When the first node of the hop was launched. */
  readonly launchedAt: number | undefined;
  readonly drainBegun: boolean;
  /** The new release was asked for. */
  readonly oneAsked: boolean;
  readonly aborting: boolean;
  readonly warnings: number;
}

export const NOTHING_SEEN: LiveState = {
  plan: undefined,
  forecast: undefined,
  steps: [],
  nodes: [],
  progress: undefined,
  since: undefined,
  gaps: [],
  earlierOutageSeconds: 0,
  nodeBuildSeconds: null,
  launchedAt: undefined,
  drainBegun: false,
  oneAsked: false,
  aborting: false,
  warnings: 0,
};

const HANDLERS: Handlers<LiveState> = {
  "plan.made": (state, { plan }) => ({ ...state, plan }),
  "run.outlook": (state, event, now) => ({
    ...state,
    forecast: event.forecast,
    steps: event.steps.map((step) => ({ ...step, ...AHEAD, since: now })),
    earlierOutageSeconds: event.outageSeconds,
    gaps: event.outageSince === null ? [] : [{ from: event.outageSince }],
    nodeBuildSeconds: event.nodeBuildSeconds,
    drainBegun: event.drainBegun,
    oneAsked: event.pastPointOfNoReturn,
  }),
  "run.started": begun,
  "run.resumed": begun,
  // Its steps are those of no plan.
  "abort.asked": (state) => ({ ...state, aborting: true, steps: [] }),
  "step.started": (state, event, now) =>
    onStep({ ...begun(state, event, now), progress: undefined }, event, { state: "running", since: now }),
  "step.skipped": (state, event) => onStep(state, event, { state: "skipped" }),
  "step.finished": (state, event) =>
    onStep({ ...state, progress: undefined }, event, { state: "done", seconds: event.seconds }),
  // What a drain says of its node stands with the node.
  progress: (state, { instanceId, text }) => (instanceId === undefined ? { ...state, progress: text } : state),
  "drain.started": (state) => ({ ...state, drainBegun: true }),
  "one.asked": (state) => ({ ...state, oneAsked: true }),
  "one.launched": (state, { launchedAt }) => ({ ...state, launchedAt }),
  "node.launched": (state, { node }) => ({ ...state, launchedAt: node.launchedAt }),
  // Where no past run says what a build takes, this one does.
  "gate.passed": (state, { firstGreenAt }) => ({
    ...state,
    nodeBuildSeconds:
      state.nodeBuildSeconds ?? (state.launchedAt === undefined ? null : (firstGreenAt - state.launchedAt) / 1000),
  }),
  "outage.began": (state, { at }) => ({
    ...state,
    gaps: [...state.gaps.filter(({ to }) => to !== undefined), { from: at }],
  }),
  "outage.ended": (state, { at }) => ({
    ...state,
    gaps: state.gaps.map((gap) => (gap.to === undefined ? { ...gap, to: at } : gap)),
  }),
  warning: (state) => ({ ...state, warnings: state.warnings + 1 }),
};

function begun(state: LiveState, _: unknown, now: number): LiveState {
  return { ...state, since: state.since ?? now };
}

/** Adds one event, reported at that time. */
export function advance(state: LiveState, event: RunEvent, now: number): LiveState {
  return handle(HANDLERS, { ...state, nodes: nodesAfter(state.nodes, event, state.plan) }, event, now);
}

const AHEAD = { state: "ahead", since: 0, seconds: 0 } as const;

/** A step that was not announced is shown all the same. */
function onStep(
  state: LiveState,
  { step, hop }: { readonly step: string; readonly hop: number },
  change: Partial<StepView>,
): LiveState {
  const known = state.steps.some((each) => each.step === step && each.hop === hop);
  const fresh: StepView = { step, hop, scope: "hop", expectedSeconds: null, forecastSeconds: 0, ...AHEAD };
  const steps = known ? state.steps : [...state.steps, fresh];
  return {
    ...state,
    steps: steps.map((each) => (each.step === step && each.hop === hop ? { ...each, ...change } : each)),
  };
}

export const isDown = ({ gaps }: LiveState): boolean => gaps.some(({ to }) => to === undefined);

export const currentStep = ({ steps }: LiveState): StepView | undefined =>
  steps.find(({ state }) => state === "running");

/** Seconds without an answer until now, from a moment on. */
export function downSeconds({ gaps }: LiveState, from: number, now: number): number {
  return (
    gaps.filter((gap) => (gap.to ?? now) >= from).reduce((sum, gap) => sum + ((gap.to ?? now) - gap.from), 0) / 1000
  );
}
