/** Figures of one way and dialect. Pure. */
import type { Instance, NodePhase, RegionState, Verdict } from "../../lab/region/model";

/** What the witness and the machines' own histories say of a way, from its start to its end. Seconds are the lab's. */
export interface Figures {
  /** Seconds without an answer at the load balancer. */
  readonly outageSeconds: number;
  /** Seconds in which the first new node booted, installed, migrated and started; waiting is not among them. */
  readonly nodeBuildSeconds: number;
  /** `outageSeconds` over `nodeBuildSeconds`. */
  readonly ratio: number;
  /** Seconds with two releases at once. */
  readonly overlapSeconds: number;
  readonly lostJobs: number;
  readonly killedWhileBooting: number;
  /** Seconds in which exactly one node answered. */
  readonly oneNodeSeconds: number;
  readonly totalSeconds: number;
  /** Minutes of all instances, from launch to the order to terminate. */
  readonly instanceMinutes: number;
}

export const FIGURES = [
  "outageSeconds",
  "nodeBuildSeconds",
  "ratio",
  "overlapSeconds",
  "lostJobs",
  "killedWhileBooting",
  "oneNodeSeconds",
  "totalSeconds",
  "instanceMinutes",
] as const satisfies readonly (keyof Figures)[];

/** What was so when a way began. */
export interface Beginning {
  readonly now: number;
  readonly verdict: Pick<Verdict, "unansweredSeconds" | "overlapSeconds" | "lostJobs" | "killedWhileBooting">;
}

type World = Pick<RegionState, "now" | "verdict" | "instances" | "timings">;
type Span = readonly [from: number, to: number];

const SERVING: readonly NodePhase[] = ["started", "draining", "drained"];
const BUILDING: readonly NodePhase[] = ["booting", "installing", "migrating", "starting"];

/** Throws where no node was built since the beginning: then there is nothing to measure. */
export function figuresOf(beginning: Beginning, world: World): Figures {
  const whole: Span = [beginning.now, world.now];
  const { verdict } = world;
  const outageSeconds = verdict.unansweredSeconds - beginning.verdict.unansweredSeconds;
  const nodeBuildSeconds = round(buildOf(firstStarted(beginning, world)) / 1000);
  return {
    outageSeconds,
    nodeBuildSeconds,
    ratio: round(outageSeconds / nodeBuildSeconds, 2),
    overlapSeconds: round(verdict.overlapSeconds - beginning.verdict.overlapSeconds),
    lostJobs: verdict.lostJobs - beginning.verdict.lostJobs,
    killedWhileBooting: verdict.killedWhileBooting - beginning.verdict.killedWhileBooting,
    oneNodeSeconds: round(
      alone(world.instances.flatMap((each) => serving(each, world)).map((span) => cut(span, whole))),
    ),
    totalSeconds: round((world.now - beginning.now) / 1000),
    instanceMinutes: round(
      world.instances.reduce((sum, each) => sum + length(cut(paid(each, world), whole)), 0) / 60_000,
      1,
    ),
  };
}

/** The node that was launched since the beginning and started first. */
function firstStarted({ now }: Beginning, { instances }: World): Instance {
  const [first] = instances
    .filter((each) => each.launchedAt >= now && startedAt(each) !== undefined)
    .sort((one, other) => (startedAt(one) ?? 0) - (startedAt(other) ?? 0));
  if (!first) throw new Error("no node was built");
  return first;
}

const startedAt = ({ node }: Instance): number | undefined => node.history.find(({ phase }) => phase === "started")?.at;

/** Milliseconds of the phases that build a node, up to its first start. */
function buildOf(instance: Instance): number {
  const until = startedAt(instance) ?? 0;
  return spansOf(instance, BUILDING, until).reduce((sum, span) => sum + length(cut(span, [0, until])), 0);
}

/** When the node was in one of the phases. */
function spansOf({ node }: Instance, phases: readonly NodePhase[], now: number): readonly Span[] {
  return node.history.flatMap(({ phase, at }, index) =>
    phases.includes(phase) ? [[at, node.history[index + 1]?.at ?? now] as const] : [],
  );
}

const serving = (instance: Instance, { now }: World): readonly Span[] => spansOf(instance, SERVING, now);

function paid({ launchedAt, state, terminatedAt, stateEndsAt }: Instance, { now, timings }: World): Span {
  const gone = terminatedAt ?? (state === "shutting-down" ? stateEndsAt : undefined);
  return [launchedAt, gone === undefined ? now : gone - timings.terminate];
}

const cut = ([from, to]: Span, [first, last]: Span): Span => [Math.max(from, first), Math.min(to, last)];
const length = ([from, to]: Span): number => Math.max(0, to - from);

/** Seconds that lie in exactly one of the spans. */
export function alone(spans: readonly Span[]): number {
  const edges = [...new Set(spans.flat())].sort((one, other) => one - other);
  return edges.reduce((sum, at, index) => {
    const next = edges[index + 1] ?? at;
    const over = spans.filter(([from, to]) => from <= at && to >= next && from < to).length;
    return over === 1 ? sum + (next - at) / 1000 : sum;
  }, 0);
}

export function round(value: number, digits = 0): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
