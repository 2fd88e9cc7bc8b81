import { ERRORS, type ErrorCode } from "./errors";
import type { Outcome, RunEvent, RunFailed, RunFinished } from "./events";
import { stepLabel } from "./text/labels";
import type { OutageReport } from "./outage";
import { outageWords, target, type Plan } from "./plan";
import { releaseLabel } from "./release";
import { isStep } from "./steps";

export type NoticeKind =
  | "started"
  | "resumed"
  | "drained"
  | "outage-began"
  | "first-node-healthy"
  | "done"
  | "halted"
  | "failed"
  | "blocked"
  | "interrupted"
  | "aborted"
  | "gave-up"
  /** Of no run: somebody asked whether notices arrive. */
  | "test";

/** The text of a notice about a run. It names things and holds no secret. */
export interface Notice {
  readonly schema: 1;
  readonly kind: NoticeKind;
  readonly stack: string;
  /** Null if the run was not started. */
  readonly runId: string | null;
  /** ISO 8601, on the run's clock. */
  readonly at: string;
  /** One line. */
  readonly title: string;
  /** Sentences; the last ones say what to do, where something is to be done. */
  readonly lines: readonly string[];
  /** Seconds without an answer through the load balancer, as measured until now; null: not known. */
  readonly outageSeconds: number | null;
  readonly nodeBuildSeconds: number | null;
  /** Why it stopped; null: it did not. */
  readonly code: ErrorCode | null;
  /** Number of the change that the run was given; null: none. */
  readonly changeNumber: string | null;
}

/** What has to be remembered between two events of one run. */
export interface NoticeMemory {
  readonly stack: string;
  /** Unattended: a run that could not start is reported as well. */
  readonly unattended: boolean;
  readonly runId: string | null;
  readonly changeNumber: string | null;
  readonly failure: RunFailed | undefined;
  /** Since the last healthy first node; a service that comes and goes is reported once. */
  readonly outageTold: boolean;
  /** Hops whose first node passed the gate; undefined: an act of no hop. */
  readonly healthyHops: readonly (number | undefined)[];
}

export const noticeMemory = (stack: string, unattended: boolean): NoticeMemory => ({
  stack,
  unattended,
  runId: null,
  changeNumber: null,
  failure: undefined,
  outageTold: false,
  healthyHops: [],
});

/** A notice as far as the event itself knows it. */
export type NoticeDraft = Omit<Notice, "schema" | "stack" | "at">;

/** What an event is to those who do not watch; most are nothing. */
export function noticeOf(memory: NoticeMemory, event: RunEvent): readonly [NoticeMemory, NoticeDraft | undefined] {
  const { event: name } = event;
  if (name === "run.started" || name === "run.resumed") {
    const next = { ...memory, runId: event.runId, changeNumber: event.changeNumber ?? memory.changeNumber };
    const who = `Run ${event.runId}, by ${event.operator}.`;
    if (name === "run.resumed") return [next, draft(next, "resumed", "the unfinished run is resumed", [who])];
    return [next, draft(next, "started", way(event.plan), [...plannedLines(event.plan), who])];
  }
  if (name === "step.finished" && isStep(event.step, "drain")) {
    const line = "Their work is finished. The outage starts next.";
    return [memory, draft(memory, "drained", "every node is drained", [line])];
  }
  if (name === "outage.began" && !memory.outageTold) {
    const next = { ...memory, outageTold: true };
    return [next, draft(next, "outage-began", "the service no longer answers", ["The outage has started."])];
  }
  if (name === "gate.passed" && !memory.healthyHops.includes(event.hop)) {
    const next = { ...memory, outageTold: false, healthyHops: [...memory.healthyHops, event.hop] };
    const line = `${event.instanceId} passed the gate.`;
    return [next, draft(next, "first-node-healthy", "the first node is healthy", [line])];
  }
  if (name === "run.gaveUp")
    return [memory, draft({ ...memory, runId: event.runId }, "gave-up", "given up: needs an operator", [event.detail])];
  if (name === "run.failed") return [{ ...memory, failure: event }, undefined];
  return [memory, name === "run.finished" ? ending(memory, event) : undefined];
}

/** A notice with which the receivers of a stack's notices are tried. `at`: milliseconds since the epoch. */
export const testNotice = (stack: string, at: number): Notice => ({
  schema: 1,
  stack,
  at: new Date(at).toISOString(),
  ...draft(noticeMemory(stack, false), "test", "test", [
    "Somebody tests whether notices arrive. Nothing is to be done.",
  ]),
});

/** The notice with what the journal measured. */
export function withOutage(found: NoticeDraft, outage: OutageReport | undefined): NoticeDraft {
  if (outage === undefined) return found;
  const { outageSeconds, nodeBuildSeconds } = outage;
  const build = nodeBuildSeconds === 0 ? "" : `; the node took ${minutes(nodeBuildSeconds)} to build`;
  const line = `Service down for ${minutes(outageSeconds)} so far${build}.`;
  return { ...found, lines: [...found.lines, line], outageSeconds, nodeBuildSeconds: nodeBuildSeconds || null };
}

const TITLES: Readonly<Partial<Record<Outcome, readonly [NoticeKind, string]>>> = {
  done: ["done", "done"],
  halted: ["halted", "halted: needs an operator"],
  failed: ["failed", "failed; everything was restored"],
  blocked: ["blocked", "not started"],
  interrupted: ["interrupted", "interrupted"],
  aborted: ["aborted", "aborted; the fleet is back on its previous build"],
};

function ending(memory: NoticeMemory, event: RunFinished): NoticeDraft | undefined {
  const [kind, title] = TITLES[event.outcome] ?? [];
  // A person who was refused has read why. Nothing to do is no news.
  if (kind === undefined || title === undefined || (event.runId === null && !memory.unattended)) return undefined;
  const { outageSeconds, nodeBuildSeconds } = event;
  const told = draft({ ...memory, runId: event.runId }, kind, title, [
    ...resultLines(event),
    ...failureLines(memory, kind),
  ]);
  const code = kind === "done" || kind === "aborted" ? null : (memory.failure?.code ?? null);
  return { ...told, outageSeconds, nodeBuildSeconds, code };
}

function resultLines({ outcome, release, nodes, outageSeconds, nodeBuildSeconds }: RunFinished): readonly string[] {
  const healthy = nodes.filter((node) => node.healthy).length;
  const fleet = nodes.length === 0 ? [] : [`${healthy} of ${nodes.length} nodes healthy.`];
  const goal = outcome === "done" && release !== null ? [`Release ${releaseLabel(release)}.`] : [];
  const outage =
    outageSeconds === null || outageSeconds === 0
      ? []
      : [`Service down for ${minutes(outageSeconds)}${built(nodeBuildSeconds)}.`];
  return [...goal, ...fleet, ...outage];
}

const built = (seconds: number | null): string =>
  seconds === null || seconds === 0 ? "" : `; the first nodes took ${minutes(seconds)} to build`;

function failureLines({ stack, failure }: NoticeMemory, kind: NoticeKind): readonly string[] {
  if (!failure || kind === "done" || kind === "aborted") return [];
  const { title, remedy } = ERRORS[failure.code];
  return [
    `${title} (${failure.code}, at ${stepLabel(failure.step)}): ${failure.detail}`,
    `Fleet: ${failure.fleet}.`,
    `Next: ${remedy}`,
    ...(kind === "halted" || kind === "interrupted" ? [`To resume: npm run upgrade -- --stack ${stack} --resume`] : []),
  ];
}

function draft(memory: NoticeMemory, kind: NoticeKind, title: string, lines: readonly string[]): NoticeDraft {
  const { runId, stack, changeNumber } = memory;
  const change = changeNumber === null ? [] : [`Change ${changeNumber}.`];
  const nothing = { outageSeconds: null, nodeBuildSeconds: null, code: null };
  return {
    kind,
    runId,
    title: `Terraform Enterprise ${stack}: ${title}`,
    lines: [...change, ...lines],
    changeNumber,
    ...nothing,
  };
}

const way = (plan: Plan): string => {
  const [from, to] = [plan.from.release, target(plan).release];
  return from === to
    ? `repave of ${releaseLabel(from)} started`
    : `${releaseLabel(from)} → ${releaseLabel(to)} started`;
};

function plannedLines(plan: Plan): readonly string[] {
  const { image } = target(plan);
  const repaves = plan.hops.length === 1 ? "1 repave" : `${plan.hops.length} repaves, one after the other`;
  return [
    `${repaves}, each with an outage of ${outageWords(plan)}; ${plan.nodeCount} nodes at the end.`,
    ...(image === plan.from.image ? [] : [`Image ${plan.from.image} → ${image}.`]),
  ];
}

function minutes(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
