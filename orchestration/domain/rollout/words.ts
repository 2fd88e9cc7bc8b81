import { releaseLabel } from "../release";
import { stepLabel } from "../text/labels";
import { duration, plural } from "../text/words";
import type { RolloutEvent, RolloutFinished, StackEnd, StackOutcome } from "./events";
import type { Goal, RolloutPlan, Wave } from "./model";
import type { RolloutState, StackState, WaveState } from "./state";

/** `release v202207-2 (642) on the latest image` */
export function goalText({ release, image }: Goal): string {
  const build = image === undefined ? "" : image === "latest" ? "the latest image" : `image ${image}`;
  if (release === undefined) return build;
  return `release ${releaseLabel(release)}${build === "" ? "" : ` on ${build}`}`;
}

const OUTCOMES: Readonly<Partial<Record<StackOutcome, string>>> = {
  "nothing-to-do": "runs it already",
  "not-now": "not now",
  "gave-up": "gave up",
  halted: "on hold",
  "not-started": "not started",
  unknown: "not known: its process ended without a result",
};

/** An outcome as people read it. */
export const outcomeLabel = (outcome: StackOutcome): string => OUTCOMES[outcome] ?? outcome;

/** What an end says, in lines: what happened, what state the fleet is in, what to do. */
export function endLines(
  stack: string,
  { outcome, outageSeconds, code, detail, fleet, next }: StackEnd,
): readonly string[] {
  const outage = outageSeconds === null || outageSeconds === 0 ? "" : `, outage ${duration(outageSeconds)}`;
  const why = detail === undefined ? "" : `: ${detail}${code === undefined ? "" : ` (${code})`}`;
  return [
    `${stack}: ${outcomeLabel(outcome)}${outage}${why}`,
    ...(fleet === undefined ? [] : [`  fleet: ${fleet}`]),
    ...(next === undefined ? [] : [`  next: ${next}`]),
  ];
}

const waveTitle = ({ number, name }: Wave): string => (name === `wave ${number}` ? name : `wave ${number} (${name})`);

export function waveText(wave: Wave): string {
  const { stacks, concurrency, soakMs, approval } = wave;
  const together = stacks.length > 1 ? `, ${concurrency} at a time` : "";
  const soak = soakMs === 0 ? "" : `, then ${duration(soakMs / 1000)} of soak`;
  return `${waveTitle(wave)}: ${stacks.join(", ")}${together}${soak}${approval === "person" ? ", after approval" : ""}`;
}

/** The rollout before it begins. */
export const planLines = (plan: RolloutPlan): readonly string[] => [
  `Rollout ${plan.name}: ${plural(plan.waves.length, "wave")} to ${goalText(plan)}`,
  ...plan.waves.map((wave) => `  ${waveText(wave)}`),
];

/** What an event says to a person; empty: nothing that stays. */
export function eventLines(event: RolloutEvent, plan: RolloutPlan): readonly string[] {
  const title = (number: number): string => {
    const wave = plan.waves.find((each) => each.number === number);
    return wave ? waveTitle(wave) : `wave ${number}`;
  };
  switch (event.event) {
    case "rollout.started":
      return planLines(event.plan);
    case "rollout.resumed":
      return [`Resuming rollout ${plan.name}`];
    case "rollout.wave.approved":
      return [`${title(event.wave)}: approved by ${event.by}`];
    case "rollout.wave.started":
      return [`${title(event.wave)}: ${event.stacks.join(", ")}`];
    case "rollout.stack.started":
      return [`${event.stack}: started`];
    case "rollout.stack.step":
      return [`${event.stack}: ${stepLabel(event.step)}`];
    case "rollout.stack.outage":
      return [`${event.stack}: ${event.began ? "the outage starts" : "the service answers again"}`];
    case "rollout.stack.waiting":
      return [`${event.stack}: waiting, because ${event.why}`];
    case "rollout.stack.finished":
      return endLines(event.stack, event);
    case "rollout.soak.started":
      return [
        event.seconds === 0
          ? `${title(event.wave)}: checking`
          : `${title(event.wave)}: soaking for ${duration(event.seconds)}`,
      ];
    case "rollout.soak.passed":
      return [`${title(event.wave)}: everything holds`];
    case "rollout.soak.failed":
      return [`${title(event.wave)}: ${event.stack} does not hold: ${event.detail}`];
    case "rollout.note":
      return [event.text];
    case "rollout.finished":
      return [];
  }
}

/** The last lines: what is where, and what to do. */
export function finishedLines(finished: RolloutFinished, state: RolloutState, file: string): readonly string[] {
  const { outcome, because } = finished;
  const left = finished.stacks.filter((each) => each.outcome === "not-started").length;
  const head = {
    done: `Rollout ${state.plan.name} is done: ${plural(finished.stacks.length, "stack")} on ${goalText(state.plan)}`,
    stopped: `Rollout ${state.plan.name} stopped: ${because ?? ""}`,
    failed: `Rollout ${state.plan.name} failed: ${because ?? ""}`,
    interrupted: `Rollout ${state.plan.name} was interrupted`,
  }[outcome];
  return [
    head,
    ...stateLines(state),
    ...(outcome === "done"
      ? []
      : [left > 0 ? `${plural(left, "stack")} not started. ${nextText(finished, file)}` : nextText(finished, file)]),
  ];
}

function nextText({ outcome, by }: RolloutFinished, file: string): string {
  const again = `npm run rollout -- ${file}`;
  if (by === "aborted") return `This rollout is over. To begin a new one: ${again}`;
  return outcome === "failed" ? `Fix the cause, then continue with: ${again}` : `Continue with: ${again}`;
}

/** The rollout as it stands: a line for each wave and each stack. */
export const stateLines = ({ waves }: RolloutState): readonly string[] => waves.flatMap(waveLines);

function waveLines(state: WaveState): readonly string[] {
  return [
    `  ${waveTitle(state.wave)}: ${waveStanding(state)}`,
    ...state.stacks.flatMap(stackText).map((line) => `    ${line}`),
  ];
}

function waveStanding({ begun, soak, wave, approvedBy, stacks }: WaveState): string {
  if (!begun)
    return wave.approval === "person" && approvedBy === undefined ? "not started, needs approval" : "not started";
  if (soak === "passed") return "done";
  if (soak === "failed") return "did not hold while it soaked";
  if (soak === "under way") return "soaking";
  return stacks.some(({ begun: at, end }) => !at && end && end.outcome !== "done" && end.outcome !== "nothing-to-do")
    ? "stopped"
    : "started";
}

function stackText({ stack, begun, waiting, end }: StackState): readonly string[] {
  const busy =
    waiting === undefined ? "under way, or left by a process that was killed" : `waiting, because ${waiting}`;
  if (begun) return [`${stack}: ${busy}`];
  return end ? endLines(stack, end) : [`${stack}: not started`];
}
