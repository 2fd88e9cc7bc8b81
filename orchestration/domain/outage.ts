import type { OutageParts } from "./start/expectation";
import { hopRecord, type RunState } from "./journal";
import type { HopRecord } from "./standing/hopRecord";

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** All in seconds of the run's clock. */
export interface OutageReport {
  readonly outageSeconds: number;
  /**
   * From launch of the first node of each hop until it first met every condition of the gate, summed over the hops. Of a node that was
   * prepared: its preparation, and from the word to that moment; what it waited in between is nobody's build.
   */
  readonly nodeBuildSeconds: number;
  /** The part of it that was done before the outage, by preparing. */
  readonly preparedSeconds: number;
  readonly outageRatio: number;
  readonly parts: OutageParts;
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** Rounds one part after the other so that the rounded ones still add up to the rounded whole. */
function adding(): (ms: number) => number {
  let sum = 0;
  return (ms) => {
    const before = seconds(sum);
    sum += ms;
    return Math.round((seconds(sum) - before) * 10) / 10;
  };
}

/**
 * Cuts `[from, to]` at the given marks, in their order. A mark that was missed, or came before the previous one, gives a part of
 * length 0; after the last one that is known the rest belongs to the part that had not ended.
 */
function cut(span: Span, marks: readonly (number | undefined)[]): Span[] {
  const last = marks.findLastIndex((mark) => mark !== undefined);
  let reached = span.from;
  const parts = marks.map((mark, index) => {
    const from = reached;
    reached = Math.min(Math.max(mark ?? (index > last ? span.to : reached), reached), span.to);
    return { from, to: reached };
  });
  return [...parts, { from: reached, to: span.to }];
}

/** The parts of an outage, in their order. */
export const OUTAGE_PARTS = ["deregistration", "termination", "overhead", "build", "start", "firstAnswer"] as const;

export type OutagePart = (typeof OUTAGE_PARTS)[number];

/** Those that an outage has: a start of its own where a node was prepared, and a build where one was not. */
export const partsIn = (parts: OutageParts): readonly OutagePart[] =>
  OUTAGE_PARTS.filter((part) =>
    part === "build" ? parts.build > 0 || parts.start === undefined : parts[part] !== undefined,
  );

export interface OutageInParts extends Span {
  /** In their order; together they are the whole. */
  readonly parts: readonly (Span & { readonly part: OutagePart })[];
  /**
   * The first node of the hop that caused it, from its launch, or from the word that it got, to the first look at which every condition
   * held; `before`: its preparation.
   */
  readonly build: (Span & { readonly instanceId: string; readonly before?: Span }) | undefined;
}

/** Every outage with its parts; one that goes on is counted up to `until`. */
export function outagesInParts(run: RunState, until?: number): readonly OutageInParts[] {
  return spans(run, until).map((span) => {
    const hop = causeOf(span, run);
    // Of an outage that is no hop's nothing is known but that there was no answer.
    const marks = hop ? marksOf(hop) : [span.from, span.from, span.from, span.from, span.from];
    const pieces = cut(span, marks);
    const { launched, firstGreenAt } = hop ?? {};
    const before = hop && preparationOf(hop);
    const parts = OUTAGE_PARTS.map((part, index) => ({ part, ...(pieces[index] ?? { from: span.to, to: span.to }) }));
    return {
      ...span,
      parts: parts.filter(({ part }) => part !== (before ? "build" : "start")),
      build:
        launched && firstGreenAt !== undefined
          ? { instanceId: launched.instanceId, from: launched.at, to: firstGreenAt, ...(before ? { before } : {}) }
          : undefined,
    };
  });
}

/** When each part but the last ended. A prepared node has no build in the outage, and any other no start of its own. */
function marksOf(hop: HopRecord): readonly (number | undefined)[] {
  const { leavingAt, zeroSeen, launched, startedAt } = hop;
  const ends = launched && startedAt;
  return [leavingAt, zeroSeen?.lastSeenAlive, launched?.at, preparationOf(hop) ? launched?.at : ends, ends];
}

/** How the hop's first node was prepared; undefined: the group has built it. */
export function preparationOf({ launched, prepared }: HopRecord): Span | undefined {
  const { launchedAt, readyAt, toldAt } = prepared?.[launched?.instanceId ?? ""] ?? {};
  return launchedAt === undefined || readyAt === undefined || toldAt === undefined
    ? undefined
    : { from: launchedAt, to: readyAt };
}

/** The hop that brought the service down: its new node was launched in the outage, its old ones went in it, or it has just asked for zero. */
function causeOf(span: Span, { hops, outageSince }: RunState): HopRecord | undefined {
  const all = Object.values(hops);
  const isWithin = (at: number | undefined): boolean => at !== undefined && at >= span.from && at <= span.to;
  return (
    all.find(({ launched }) => isWithin(launched?.at)) ??
    all.find(({ zeroSeen, leavingAt }) => isWithin(zeroSeen?.lastSeenAlive) || isWithin(leavingAt)) ??
    all.find(({ zeroAsked, launched }) => zeroAsked === true && !launched && span.from === outageSince)
  );
}

const spans = ({ outages, outageSince: from }: RunState, until: number | undefined): readonly Span[] =>
  from === undefined || until === undefined ? outages : [...outages, { from, to: Math.max(from, until) }];

/** Measures a run: its outages against the builds of its first nodes. One that goes on is counted up to `until`. */
export function measureOutage(run: RunState, until?: number): OutageReport {
  const total = { deregistration: 0, termination: 0, overhead: 0, build: 0, start: 0, firstAnswer: 0 };
  let outage = 0;
  let build = 0;
  let prepared = 0;
  let isPrepared = false;
  for (const index of Object.keys(run.hops).map(Number)) {
    const hop = hopRecord(run, index);
    const before = preparationOf(hop);
    isPrepared ||= before !== undefined;
    if (!hop.launched || hop.firstGreenAt === undefined) continue;
    prepared += before ? before.to - before.from : 0;
    build += hop.firstGreenAt - hop.launched.at;
  }
  for (const span of outagesInParts(run, until)) {
    outage += span.to - span.from;
    for (const { part, from, to } of span.parts) total[part] += to - from;
  }
  const tenths = adding();
  return {
    outageSeconds: seconds(outage),
    nodeBuildSeconds: seconds(build + prepared),
    preparedSeconds: seconds(prepared),
    outageRatio: build + prepared === 0 ? 0 : Math.round((outage / (build + prepared)) * 100) / 100,
    parts: {
      deregistration: tenths(total.deregistration),
      termination: tenths(total.termination),
      overhead: tenths(total.overhead),
      build: tenths(total.build),
      ...(isPrepared ? { start: tenths(total.start) } : {}),
      firstAnswer: tenths(total.firstAnswer),
    },
  };
}
