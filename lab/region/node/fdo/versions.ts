import { releasePlace } from "../../releases";

const since = (name: string): number => releasePlace(name) ?? Number.POSITIVE_INFINITY;

/** Releases in which a container's commands, answers or rules changed, by their place. */
export const SINCE = {
  /** `tfectl node drain` waits until the node is drained… */
  drainWaits: since("v202408-1"),
  /** …and no longer. */
  drainReturns: since("2.0.0"),
  versionCommand: since("v202409-1"),
  /** `X-TFE-Current-Version` names the release exactly. */
  currentVersionHeader: since("1.0.3"),
  readiness: since("1.2.0"),
  /** The readiness answer needs no `Host` header. */
  readinessWithoutHost: since("1.2.1"),
  diagnostics: since("1.2.0"),
  /** Nodes store their release, and one that finds another's fresh heartbeat does not start; the old health check is gone. */
  liveNodeRule: since("2.0.0"),
  preUpgradeCheck: since("2.0.0"),
  /** `TFE_STARTUP_CHECKS_IGNORE_FAILURES`: the documentation of 2.0 has it, and names no first release. */
  ignoredFailures: since("2.0.0"),
} as const;

/** Oldest major version of PostgreSQL, from these releases on. */
const POSTGRES: readonly (readonly [place: number, major: number])[] = [
  [0, 12],
  [since("v202502-1"), 13],
  [since("1.2.0"), 14],
];

export const oldestPostgres = (release: number): number => POSTGRES.findLast(([place]) => place <= release)?.[1] ?? 0;
