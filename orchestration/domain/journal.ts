import { applyPrepared } from "./ahead/preparation";
import type { AcceptedChange } from "./changes";
import { numberIn } from "./commandEvents";
import type { DurableEvent, Outcome, RunFinished } from "./events";
import type { FoundGroup } from "./adoption/adoption";
import type { Plan } from "./plan";
import { type SmokeRecords, withSmoke } from "./proof/events";
import type { HopRecord } from "./standing/hopRecord";
import { zeroIn } from "./standing/zero";
import { isStepId, type StepId } from "./steps";

/** A line of the journal. `at`: milliseconds since the epoch, on the run's clock. */
export type JournalEntry = DurableEvent & { readonly seq: number; readonly at: number };

/** The number that the next entry has. Not how many there are: the number of an entry whose write failed is missing. */
export const nextSeq = (entries: readonly JournalEntry[]): number => (entries.at(-1)?.seq ?? -1) + 1;

export interface RunState {
  readonly plan?: Plan;
  /** The last that was given. */
  readonly changeNumber?: string;
  /** Processes that were suspended before we came: to be left as found. Undefined: not looked at yet. */
  readonly foundSuspended?: readonly string[];
  /** The former group as an adoption found it. */
  readonly foundFormer?: FoundGroup;
  readonly fenceRestored: boolean;
  readonly drainBegun: boolean;
  /** Nodes whose drain began and that have not passed a gate since: only a restart makes them take work again. */
  readonly draining: readonly string[];
  /** Another process began it. */
  readonly resumed: boolean;
  /** How many calls of the schedule in a row have tried; 0: a person was the last. */
  readonly attempt: number;
  readonly hops: Readonly<Record<number, HopRecord>>;
  /** Seconds by step, over all hops and attempts. */
  readonly stepSeconds: Readonly<Partial<Record<StepId, number>>>;
  readonly outages: readonly { readonly from: number; readonly to: number }[];
  /** Whether anybody asked the service: otherwise nothing is known of outages. */
  readonly watched: boolean;
  /** The service does not answer since then. */
  readonly outageSince?: number;
  readonly step: string | undefined;
  /** Smoke runs by their moment. */
  readonly smoke: SmokeRecords;
  /** The first node was watched for as long as the plan says. */
  readonly soaked: boolean;
  readonly overrides: readonly {
    readonly id: string;
    readonly because: string;
    readonly changes?: readonly AcceptedChange[];
  }[];
  readonly finished?: RunFinished;
  readonly entries: number;
}

const EMPTY_HOP: HopRecord = { drained: [], gated: [] };

export const EMPTY_RUN: RunState = {
  fenceRestored: false,
  drainBegun: false,
  draining: [],
  resumed: false,
  attempt: 0,
  hops: {},
  stepSeconds: {},
  outages: [],
  watched: false,
  step: undefined,
  smoke: {},
  soaked: false,
  overrides: [],
  entries: 0,
};

export const hopRecord = (state: RunState, hop: number): HopRecord => state.hops[hop] ?? EMPTY_HOP;

/** The point of no return: the new release may have been started, and with it its migrations. An adoption has none: it changes no release. */
export const pastPointOfNoReturn = ({ plan, hops }: RunState): boolean =>
  plan?.adoption === undefined && Object.values(hops).some((hop) => hop.oneAsked === true);

/** Ended in a way that leaves nothing to resume; a run stopped before its first drain has put everything back. */
export const isOver = (state: RunState): boolean =>
  state.finished !== undefined && isOverWith(state, state.finished.outcome);

/** Whether it is over once it ends like that. */
export const isOverWith = ({ foundSuspended, fenceRestored }: RunState, outcome: Outcome): boolean =>
  foundSuspended === undefined || fenceRestored || !["halted", "interrupted"].includes(outcome);

function without<T extends object, K extends keyof T>(record: T, ...keys: readonly K[]): Omit<T, K> {
  const dropped: readonly PropertyKey[] = keys;
  return Object.fromEntries(Object.entries(record).filter(([key]) => !dropped.includes(key))) as Omit<T, K>;
}

/** Adds one event to what is known. */
export function apply(state: RunState, event: DurableEvent): RunState {
  const next = { ...state, entries: state.entries + 1 };
  const hop = (index: number, patch: Partial<HopRecord>): RunState => ({
    ...next,
    hops: { ...state.hops, [index]: { ...hopRecord(state, index), ...patch } },
  });
  switch (event.event) {
    case "run.started":
      return { ...next, plan: event.plan, attempt: event.attempt ?? 0, ...numberIn(event) };
    case "run.resumed": {
      // A proof holds for the process that made it: a node that was restarted since takes work again. Draining twice does no harm.
      const undrained = ([index, record]: [string, HopRecord]): [string, HopRecord] => [
        index,
        { ...record, drained: [] },
      ];
      return {
        ...without(next, "finished"),
        resumed: true,
        attempt: event.attempt ?? 0,
        ...numberIn(event),
        hops: Object.fromEntries(Object.entries(state.hops).map(undrained)),
      };
    }
    case "step.started":
      return { ...next, step: event.step };
    case "fleet.found":
    case "checks.made":
    case "step.skipped":
    case "pause.began":
    case "pause.ended":
    case "node.launched":
    case "soak.started":
    case "gate.observed":
    case "evidence.saved":
    case "node.deregistered":
    case "node.registered":
    case "group.left":
    case "group.restored":
    case "run.failed":
    case "abort.asked":
    case "warning":
      return next;
    case "step.finished":
      if (!isStepId(event.step)) return next;
      return {
        ...next,
        stepSeconds: { ...state.stepSeconds, [event.step]: (state.stepSeconds[event.step] ?? 0) + event.seconds },
      };
    case "fence.found":
      // The first observation is the truth: a later one sees our own fence.
      if (state.foundSuspended && !state.fenceRestored) return next;
      return {
        ...next,
        foundSuspended: event.suspended,
        fenceRestored: false,
        ...(event.former && { foundFormer: state.foundFormer ?? event.former }),
      };
    case "fence.restored":
      return { ...next, fenceRestored: true };
    case "release.fetched":
      // The first answer holds for the whole run: a name may be published anew under it.
      return hop(event.hop, { digest: hopRecord(state, event.hop).digest ?? event.digest });
    case "secrets.written":
      return hop(event.hop, { secretArn: event.secretArn });
    case "prepared.launched":
    case "prepared.ready":
    case "prepared.attached":
    case "prepared.told":
    case "prepared.dropped":
      if (event.hop === undefined) return next;
      return hop(event.hop, { prepared: applyPrepared(hopRecord(state, event.hop).prepared, event) });
    case "stage.built":
      return hop(event.hop, { templateVersion: event.templateVersion });
    case "drain.started":
    case "drain.observed":
      return { ...next, ...drainOf(state, event.instanceId) };
    case "drain.proven": {
      const { hop: index, instanceId } = event;
      // The line of its start may be lost: a node that is believed to take work would be left drained.
      const begun = drainOf(state, instanceId);
      if (index === undefined) return { ...next, ...begun };
      return { ...hop(index, { drained: [...new Set([...hopRecord(state, index).drained, instanceId])] }), ...begun };
    }
    case "backup.started":
      return hop(event.hop, { snapshotId: event.snapshotId });
    case "backup.taken":
      return hop(event.hop, { snapshotTaken: true });
    case "backup.mark":
      return hop(event.hop, { pointInTime: event.pointInTime });
    case "zero.asked":
    case "zero.stopping":
    case "zero.stopped":
    case "zero.leaving":
    case "zero.reached":
      return hop(event.hop, zeroIn(hopRecord(state, event.hop), event));
    case "one.asked": {
      // What was launched before is gone, or it would not be asked for again.
      const record = { ...without(hopRecord(state, event.hop), "launched"), oneAsked: true };
      return { ...next, hops: { ...state.hops, [event.hop]: record } };
    }
    case "one.launched":
      return hop(event.hop, { launched: { instanceId: event.instanceId, at: event.launchedAt } });
    case "node.started": {
      const { hop: index } = event;
      if (index === undefined) return next;
      return hop(index, { startedAt: hopRecord(state, index).startedAt ?? event.at });
    }
    case "gate.passed": {
      const { hop: index, instanceId } = event;
      const draining = state.draining.filter((id) => id !== instanceId);
      if (index === undefined) return { ...next, draining };
      const known = hopRecord(state, index);
      const gated = [...new Set([...known.gated, instanceId])];
      return { ...hop(index, { firstGreenAt: known.firstGreenAt ?? event.firstGreenAt, gated }), draining };
    }
    case "soak.finished":
      return { ...next, soaked: true };
    case "smoke.started":
    case "smoke.finished":
      return { ...next, smoke: withSmoke(state.smoke, event) };
    case "watch.began":
    case "watch.ended":
      return { ...next, watched: true };
    case "outage.began":
      return { ...next, watched: true, outageSince: state.outageSince ?? event.at };
    case "outage.ended": {
      const { outageSince } = state;
      if (outageSince === undefined) return next;
      return { ...without(next, "outageSince"), outages: [...state.outages, { from: outageSince, to: event.at }] };
    }
    case "override.used":
      return { ...next, overrides: [...state.overrides, accepted(event)] };
    case "node.rebuilt": {
      // Another node takes its place: what was known of the one before does not hold for it.
      const record = without(hopRecord(state, event.hop), "launched", "startedAt", "firstGreenAt");
      return { ...next, hops: { ...state.hops, [event.hop]: record } };
    }
    case "run.finished":
      return { ...next, finished: event };
  }
}

/** What a journal, or any prefix of one, says. */
export const fold = (entries: readonly DurableEvent[]): RunState => entries.reduce(apply, EMPTY_RUN);

const accepted = ({ id, because, changes }: RunState["overrides"][number]): RunState["overrides"][number] => ({
  id,
  because,
  ...(changes === undefined ? {} : { changes }),
});

/** A node that was told to drain takes no work until its application is started again. */
const drainOf = (state: RunState, instanceId: string): Pick<RunState, "drainBegun" | "draining"> => ({
  drainBegun: true,
  draining: [...new Set([...state.draining, instanceId])],
});
