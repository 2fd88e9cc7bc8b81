import { ERRORS } from "../errors";
import { stepLabel } from "../text/labels";
import { ago, moment } from "../text/words";
import type { Acting, DrainedNode, FleetStanding, PreparedOutside } from "./state";

/** Green: in service. Amber: it waits, or is worked on. Red: the service is down, or nothing is known. */
export type Mood = "good" | "held" | "bad";

export interface StandingLine {
  readonly mood: Mood;
  readonly text: string;
  /** The commands that are possible next, with what each does. */
  readonly next: readonly string[];
}

const MOODS: Readonly<Record<FleetStanding["kind"], Mood>> = {
  "in service": "good",
  drained: "held",
  "on hold": "held",
  interrupted: "held",
  "under way": "held",
  "service down": "bad",
};

export const moodOf = ({ kind, unreadable }: FleetStanding): Mood =>
  kind === "in service" && unreadable.length > 0 ? "held" : MOODS[kind];

/** The state of the fleet in sentences, the worst first. Everything that shows it says these. Empty: in service. */
export function standingLines(standing: FleetStanding): readonly StandingLine[] {
  const { stack, at: now, acting, drained, downSince, unreadable } = standing;
  return [
    ...(downSince === null ? [] : [{ mood: "bad" as const, text: downLine(downSince, now), next: [] }]),
    ...(acting === null ? [] : [{ mood: "held" as const, text: actingLine(acting, now), next: nextOf(acting, stack) }]),
    ...(drained.length === 0 ? [] : [drainedLine(standing)]),
    ...(standing.prepared ?? []).map((node) => preparedLine(node, standing)),
    ...unreadable.map((runId) => ({
      mood: "held" as const,
      text: `${runId} cannot be read, so what was done to the nodes is not known for sure`,
      next: [],
    })),
  ];
}

/** Of the run that acts, or can be resumed, it is the run's own to use or to end; any other was left behind. */
function preparedLine({ instanceId, since, by }: PreparedOutside, { acting, at }: FleetStanding): StandingLine {
  const text = `${instanceId} is prepared outside the group by ${by}, and has been paid for since ${moment(since, at)} (${ago(since, at)})`;
  if (acting?.runId === by) return { mood: "held", text, next: [] };
  const end = `left behind by that run; if it is not in use: aws ec2 terminate-instances --instance-ids ${instanceId}`;
  return { mood: "held", text, next: [end] };
}

const downLine = (since: number, now: number): string =>
  `no answer since ${moment(since, now)} (${ago(since, now)}), still down`;

const stepIn = (step: string | null): string => (step === null ? "its start" : stepLabel(step));

/** What acts, or why it does not, in one sentence. */
export function actingLine(acting: Acting, now: number): string {
  const { runId, step, since, operator, heardAt } = acting;
  const doing = step === "abort" ? `${runId} is being reverted` : `${runId} is in progress at ${stepIn(step)}`;
  const where = step === "abort" ? "while it was reverted" : `at ${stepIn(step)}`;
  switch (acting.kind) {
    case "under way":
      return `${doing} since ${moment(since, now)} by ${operator}, last heartbeat ${ago(heardAt ?? since, now)} ago`;
    case "interrupted":
      return acting.silent
        ? `${runId} was interrupted ${where}: its process (${operator}) has not reported since ${moment(since, now)} (${ago(since, now)}). Nothing acts on the fleet until it is resumed`
        : `${runId} was stopped by ${operator} ${where}, ${moment(since, now)}`;
    case "on hold": {
      const why = acting.code === null ? "" : `: ${ERRORS[acting.code].title} (${acting.code})`;
      return `${runId} is on hold ${where} since ${moment(since, now)}${why}`;
    }
  }
}

/** What may be done about it. An abort is offered where it would not be refused, and never of a run that is alive. */
export function nextOf({ kind, what, canAbort }: Acting, stack: string): readonly string[] {
  if (kind === "under way") return [`watch it: npm run status -- --watch --stack ${stack}`];
  if (what === "operation") return [];
  return [
    `continue: npm run upgrade -- --resume --stack ${stack}`,
    ...(canAbort ? [`undo: npm run abort -- --stack ${stack}`] : []),
  ];
}

function drainedLine({ stack, at, drained, acting, takesWork }: FleetStanding): StandingLine {
  const [first] = drained;
  const by = [...new Set(drained.map((node) => node.by))].join(", ");
  const whole = takesWork === false ? "; no node takes work" : "";
  const one = drained.length === 1;
  return {
    mood: "held",
    text:
      `${namesOf(drained)}: drained since ${moment(first?.since ?? at, at)} by ${by}; ` +
      `${one ? "takes" : "take"} no work until restarted${whole}`,
    // What is under way, or can be continued, ends the drain itself.
    next: acting?.what === "run" || acting?.kind === "under way" ? [] : [`end it: npm run restart -- --stack ${stack}`],
  };
}

const namesOf = (drained: readonly DrainedNode[]): string => drained.map(({ instanceId }) => instanceId).join(", ");

/** The whole in one line, for what has no room for more. */
export const standingTitle = ({ kind, takesWork }: FleetStanding): string =>
  kind === "in service" ? "in service" : kind === "drained" && takesWork !== false ? "partly drained" : kind;
