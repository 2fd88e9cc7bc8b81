import { placeOf } from "../../orchestration/adapters/aws/fleetModel";
import type { Instance } from "../../orchestration/domain/fleet";
import { recordedRelease } from "../../orchestration/domain/release";

const SECOND = 1000;

/** Durations of the fake estate, in milliseconds. */
export interface Timings {
  /** Launch until the operating system answers. */
  readonly boot: number;
  /** From there until the application is started. */
  readonly start: number;
  /** Wait between deregistration and shutting down. */
  readonly deregister: number;
  readonly terminate: number;
  /** How long the last run of a node takes once it is drained. */
  readonly job: number;
}

export const USUAL: Timings = {
  boot: 60 * SECOND,
  start: 240 * SECOND,
  deregister: 10 * SECOND,
  terminate: 40 * SECOND,
  job: 90 * SECOND,
};

/** Everything still takes long enough to be seen happening, but hundreds of upgrades fit into a second or two. */
export const BRISK: Timings = {
  boot: 6 * SECOND,
  start: 12 * SECOND,
  deregister: 3 * SECOND,
  terminate: 4 * SECOND,
  job: 18 * SECOND,
};

export interface Build {
  readonly release: number | string;
  /** What its name stood for, where the build says. */
  readonly digest?: string;
  readonly image: string;
  readonly rebuild?: number;
}

export interface Machine {
  readonly id: string;
  /** Launch template version it came from. */
  readonly version: number;
  readonly build: Build;
  readonly launchedAt: number;
  /** When `node-drain` first reached it; a node that is not draining takes new work all the time. */
  drainingSince: number | undefined;
  /** When the group began to take it out. */
  leavesAt: number | undefined;
  /** When somebody terminated it by hand. */
  killedAt: number | undefined;
  /** Something keeps it shutting down for ever. */
  stuck: boolean;
  /** The group does not take it out to reach a smaller capacity. */
  isProtected: boolean;
  /** The group takes it for unhealthy. */
  marked: boolean;
  /** A check fails and the load balancer sees it. */
  sick: boolean;
  /** When it last became healthy again. */
  healedAt: number;
  /** When it was taken out of the load balancer. */
  deregisteredAt: number | undefined;
  /** Its application was stopped for good. */
  retiredAt?: number | undefined;
  /** Whether the group counts it as its own. */
  member: boolean;
  /** It was launched outside the group by a run; absent: the group launched it. */
  readonly alone?: Alone;
}

/** A machine that a run prepares. */
export interface Alone {
  readonly runId: string;
  readonly hop: number;
  attachedAt: number | undefined;
  /** When it was told to start. */
  toldAt: number | undefined;
}

/** Part of `start` that a machine which only prepares has behind it when it waits. */
const PREPARED = 0.6;

/** When a machine that a run launched is prepared. */
export const preparedAt = ({ launchedAt }: Machine, { boot, start }: Timings): number =>
  launchedAt + boot + start * PREPARED;

/** Outside of any group: no description of the group shows it. */
export const isOutside = ({ alone }: Machine): boolean => alone !== undefined && alone.attachedAt === undefined;

/** It waits for the word, and does nothing. */
export const isUntold = ({ alone }: Machine): boolean => alone !== undefined && alone.toldAt === undefined;

export function startedAt({ alone, launchedAt }: Machine, { boot, start }: Timings): number {
  if (!alone) return launchedAt + boot + start;
  return alone.toldAt === undefined ? Infinity : alone.toldAt + start * (1 - PREPARED);
}

/** Requests go to it: its application is started and nobody has begun to take it away. */
export const servesFrom = startedAt;
export const servesUntil = ({ leavesAt, killedAt, retiredAt }: Machine): number =>
  Math.min(leavesAt ?? Infinity, killedAt ?? Infinity, retiredAt ?? Infinity);

/** Nothing can run on it any more: it goes, and its application was stopped for good before. */
export const isSilenced = ({ retiredAt, leavesAt }: Machine): boolean =>
  retiredAt !== undefined && leavesAt !== undefined;

/** When it is terminated; later than any time: nobody has begun with that, or it is stuck. */
export function terminatedAt({ killedAt, leavesAt, stuck }: Machine, { deregister, terminate }: Timings): number {
  const shutsDownAt = Math.min(killedAt ?? Infinity, leavesAt === undefined ? Infinity : leavesAt + deregister);
  return stuck ? Infinity : shutsDownAt + terminate;
}

function stateAt(machine: Machine, now: number, { boot, deregister, terminate }: Timings): Instance["state"] {
  const { killedAt, leavesAt, launchedAt, stuck } = machine;
  const shutsDownAt = Math.min(killedAt ?? Infinity, leavesAt === undefined ? Infinity : leavesAt + deregister);
  if (now >= shutsDownAt) return now >= shutsDownAt + terminate && !stuck ? "terminated" : "shutting-down";
  return now < launchedAt + boot ? "pending" : "running";
}

/** The machine as AWS shows it. */
export function instanceOf(machine: Machine, now: number, timings: Timings): Instance {
  const state = stateAt(machine, now, timings);
  const { deregisteredAt } = machine;
  const leaving = machine.leavesAt !== undefined || state === "shutting-down" || state === "terminated";
  return {
    id: machine.id,
    privateIp: state === "terminated" ? undefined : `10.0.1.${machine.id.slice(2)}`,
    zone: "a",
    state,
    place: placeOf(lifecycleOf(machine, state)),
    lifecycle: lifecycleOf(machine, state),
    protectedFromScaleIn: machine.isProtected,
    markedUnhealthy: machine.marked,
    templateVersion: machine.version,
    release: recordedRelease(machine.build.release),
    imageId: machine.build.image,
    launchedAt: machine.launchedAt,
    target: leaving
      ? "draining"
      : deregisteredAt !== undefined
        ? now < deregisteredAt + timings.deregister
          ? "draining"
          : "missing"
        : now >= startedAt(machine, timings) && !machine.sick
          ? "healthy"
          : "unhealthy",
  };
}

/** The group's word: without health checks it takes a machine that was killed for one in service. */
function lifecycleOf({ member, leavesAt }: Machine, state: Instance["state"]): string | undefined {
  if (!member) return undefined;
  if (leavesAt !== undefined) return state === "terminated" ? undefined : "Terminating";
  return state === "pending" ? "Pending" : "InService";
}
