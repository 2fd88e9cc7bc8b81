import type { Fault, Instance, Moment, NodePhase, RegionState } from "../region/model";
import type { Target } from "./entry";

interface MomentEntry {
  /** One clause, after "when". */
  readonly means: string;
  readonly hasCome: (state: RegionState, fault: Fault) => boolean;
}

/** A state that lasts (`fenced`, `zero`, `empty`) has come as soon as it is seen, also by a fault that is added in its course. */
export const MOMENTS: Readonly<Record<Moment, MomentEntry>> = {
  now: { means: "the fault is added", hasCome: () => true },
  fenced: {
    means: "the group can no longer replace instances: Terminate or ReplaceUnhealthy is suspended",
    hasCome: ({ groups }) =>
      groups.some((group) => group.suspended.some(({ process }) => FENCE.includes(process as (typeof FENCE)[number]))),
  },
  staged: {
    means: "a later version of the launch template exists",
    hasCome: (state, fault) =>
      fault.baseline !== undefined &&
      state.launchTemplates.some(({ versions }) => versions.some(({ number }) => number > (fault.baseline ?? 0))),
  },
  drain: { means: "the first drain begins", hasCome: (state, fault) => entered(state, fault, "draining") },
  snapshot: {
    means: "a snapshot of the database is requested",
    hasCome: (state, { addedAt }) => state.dbSnapshots.some(({ createdAt }) => createdAt >= addedAt),
  },
  zero: { means: "the group's desired capacity is 0", hasCome: isAtZero },
  terminating: {
    means: "an instance starts to shut down",
    hasCome: (state) => state.instances.some(isLeaving),
  },
  empty: {
    means: "the desired capacity is 0 and every instance is terminated",
    hasCome: (state, fault) => isAtZero(state, fault) && state.instances.every(({ state: is }) => is === "terminated"),
  },
  launch: { means: "the first new node is launched", hasCome: (state, fault) => state.instances.some(isNew(fault)) },
  migration: {
    means: "a new node starts to migrate the database",
    hasCome: (state, fault) => entered(state, fault, "migrating", isNew(fault)),
  },
  started: {
    means: "a new node has started",
    hasCome: (state, fault) => entered(state, fault, "started", isNew(fault)),
  },
  "second-launch": {
    means: "a second new node is launched",
    hasCome: (state, fault) => secondNew(state, fault) !== undefined,
  },
};

export const MOMENT_NAMES = Object.keys(MOMENTS) as [Moment, ...Moment[]];

const FENCE = ["Terminate", "ReplaceUnhealthy"] as const;

/** A group that never had a node is not at zero: it has not begun. */
function isAtZero({ groups }: RegionState, { baseline }: Fault): boolean {
  return baseline !== undefined && groups.some(({ desired, status }) => desired === 0 && status === undefined);
}

const isNew =
  ({ baseline }: Fault) =>
  ({ launchTemplateVersion }: Instance): boolean =>
    baseline !== undefined && launchTemplateVersion > baseline;

const isThere = ({ state }: Instance): boolean => state === "pending" || state === "running";
const isLeaving = ({ state }: Instance): boolean => state === "shutting-down";

function entered(
  { instances }: RegionState,
  { addedAt }: Fault,
  phase: NodePhase,
  which: (instance: Instance) => boolean = () => true,
): boolean {
  return instances.filter(which).some(({ node }) => node.history.some((h) => h.phase === phase && h.at >= addedAt));
}

/** One that another of its template version went before. */
function secondNew({ instances }: RegionState, fault: Fault): Instance | undefined {
  const news = instances.filter(isNew(fault)).filter(isThere);
  return news.find((instance, index) =>
    news.slice(0, index).some((other) => other.launchTemplateVersion === instance.launchTemplateVersion),
  );
}

/** Whom the fault would concern now; undefined: there is none. */
export function findTarget(state: RegionState, fault: Fault, target: Target): Instance | undefined {
  const there = state.instances.filter(isThere);
  if (target === "first-new") return there.find(isNew(fault));
  if (target === "second-new") return secondNew(state, fault);
  if (target === "first-old") return there.find((each) => !isNew(fault)(each) && each.lifecycle === "InService");
  if (target === "draining") return there.find(({ node }) => node.phase === "draining");
  return state.instances.find(isLeaving);
}
