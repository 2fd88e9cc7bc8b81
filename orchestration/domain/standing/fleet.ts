import type { JournalEntry } from "../journal";
import { isLive, type Heartbeat, type Recorded, runStanding, type RunStanding } from "./run";
import type { Acting, DrainedNode, FleetStanding, PreparedOutside } from "./state";

/** A node as it was just observed. */
export interface NodeObserved {
  readonly instanceId: string;
  readonly healthy: boolean;
}

export interface Known {
  readonly stack: string;
  /** Newest last: the runs and operations since the fleet was last built as a whole. */
  readonly journals: readonly Recorded[];
  readonly lease: Heartbeat | undefined;
  readonly now: number;
  /** Undefined: not observed; what the journals say holds. */
  readonly nodes?: readonly NodeObserved[] | undefined;
  readonly unreadable?: readonly string[];
  /** Undefined: not observed. */
  readonly prepared?: readonly PreparedOutside[] | undefined;
}

/** Whether the node takes no work: it was drained, or is about to be. */
export const isDrained = ({ drained }: Pick<FleetStanding, "drained">, instanceId: string): boolean =>
  drained.some((node) => node.instanceId === instanceId);

/** Derives the state of the fleet from what was written down of it, and from its nodes where they were observed. */
export function fleetStanding({
  stack,
  journals,
  lease,
  now,
  nodes,
  unreadable = [],
  prepared = [],
}: Known): FleetStanding {
  const acting = whoActs(journals, lease, now);
  const drained = drainedNodes(journals).filter(
    ({ instanceId }) => nodes === undefined || nodes.some((node) => node.instanceId === instanceId),
  );
  const works = ({ instanceId, healthy }: NodeObserved): boolean => healthy && !isDrained({ drained }, instanceId);
  const serves = nodes?.some(({ healthy }) => healthy) === true;
  const downSince = serves ? null : (lastOutage(journals) ?? null);
  const kind = downSince !== null ? "service down" : (acting?.kind ?? (drained.length > 0 ? "drained" : "in service"));
  return {
    stack,
    at: now,
    kind,
    takesWork: nodes === undefined ? null : nodes.some(works),
    acting,
    drained,
    ...(prepared.length === 0 ? {} : { prepared }),
    downSince,
    unreadable,
  };
}

function whoActs(journals: readonly Recorded[], lease: Heartbeat | undefined, now: number): Acting | null {
  const open = journals
    .map((journal) => ({ journal, standing: runStanding(journal, lease, now) }))
    .filter(({ standing }) => standing.kind !== "ended");
  // A run keeps the fleet on hold until it is finished. An operation that died does so only until the next one.
  const chosen =
    open.find(({ standing }) => standing.kind === "under way") ??
    open.findLast(({ journal }) => journal.what === "run") ??
    open.findLast(({ journal }) => journal === journals.at(-1));
  if (chosen) return actingOf(chosen.journal, chosen.standing);
  // It has the lease, and has not written its first line.
  if (!lease || !isLive(lease, now) || journals.some(({ runId }) => runId === lease.runId)) return null;
  const { runId, holder: operator = "somebody", step = null, renewedAt, acquiredAt = renewedAt } = lease;
  const what = runId.startsWith("run-") ? "run" : "operation";
  return { ...NOBODY, kind: "under way", what, runId, step, since: acquiredAt, operator, heardAt: renewedAt };
}

const NOBODY = { heardAt: null, silent: false, code: null, canAbort: false } as const;

/** The same of one run or operation; null: it has ended. */
export function actingOf({ runId, what }: Recorded, standing: RunStanding): Acting | null {
  if (standing.kind === "ended") return null;
  const { kind, step = null, since, operator } = standing;
  const base = { ...NOBODY, kind, what, runId, step, since, operator };
  switch (standing.kind) {
    case "under way":
      return { ...base, heardAt: standing.heardAt };
    case "interrupted":
      return { ...base, silent: standing.silent, canAbort: standing.canAbort };
    case "on hold":
      return { ...base, code: standing.code ?? null, canAbort: standing.canAbort };
  }
}

/** Every node that was drained, and neither restarted nor terminated since. */
function drainedNodes(journals: readonly Recorded[]): readonly DrainedNode[] {
  const drained = new Map<string, DrainedNode>();
  for (const { runId: by, entry } of inOrder(journals)) {
    if (entry.event === "drain.started") {
      const { instanceId, at: since } = entry;
      if (!drained.has(instanceId)) drained.set(instanceId, { instanceId, since, by });
    } else if (entry.event === "node.started" || entry.event === "gate.passed" || entry.event === "node.rebuilt") {
      drained.delete(entry.instanceId);
    } else if (entry.event === "zero.reached") drained.clear();
  }
  return [...drained.values()];
}

/** Since when the service does not answer, by the last word on it; undefined: it answered. */
function lastOutage(journals: readonly Recorded[]): number | undefined {
  const last = inOrder(journals).findLast(
    ({ entry }) => entry.event === "outage.began" || entry.event === "outage.ended",
  );
  return last?.entry.event === "outage.began" ? last.entry.at : undefined;
}

/** One after the other: whoever writes one holds the lease. */
const inOrder = (journals: readonly Recorded[]): readonly { readonly runId: string; readonly entry: JournalEntry }[] =>
  journals.flatMap(({ runId, entries }) => entries.map((entry) => ({ runId, entry })));
