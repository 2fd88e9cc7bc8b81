/** Releases of Terraform Enterprise that a multi-node installation can run (from v202101-1 on), with their release sequences. */
const TABLE = `
504 v202101-1, 507 v202102-1, 509 v202102-2, 519 v202103-1, 520 v202103-2, 523 v202103-3, 528 v202104-1, 534 v202105-1,
544 v202106-1, 550 v202107-1, 557 v202108-1, 565 v202109-1, 568 v202109-2, 576 v202110-1, 582 v202111-1, 588 v202112-1,
590 v202112-2, 594 v202201-1, 595 v202201-2, 599 v202202-1, 607 v202203-1, 609 v202204-1, 610 v202204-2, 619 v202205-1,
636 v202206-1, 641 v202207-1, 642 v202207-2, 647 v202208-1, 651 v202208-2, 652 v202208-3, 654 v202209-1, 655 v202209-2,
659 v202210-1, 660 v202211-1, 665 v202212-1, 667 v202212-2, 675 v202301-1, 676 v202301-2, 681 v202302-1, 688 v202303-1,
692 v202304-1, 703 v202305-1, 706 v202305-2, 713 v202306-1, 722 v202307-1, 725 v202308-1, 733 v202309-1, 741 v202310-1,
742 v202311-1, 745 v202312-1, 751 v202401-1, 757 v202401-2, 759 v202402-1, 760 v202402-2, 764 v202404-2, 772 v202405-1,
776 v202406-1, 779 v202407-1, 781 v202408-1, 787 v202409-1, 789 v202409-2, 791 v202409-3, 798 v202410-1, 804 v202411-1,
805 v202411-2, 806 v202501-1, 808 v202502-1, 810 v202502-2, 811 v202503-1`;

/** Releases that exist as a container image alone, in the vendor's order. */
const LATER = `
v202504-1, v202505-1, v202506-1, v202507-1, 1.0.0, 1.0.1, 1.0.2, 1.0.3, 1.1.0, 1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.2.0, 1.2.1, 1.2.2,
1.2.3, 2.0.0, 2.0.1, 2.0.2, 2.0.3, 2.0.4, 2.0.5, 2.1.0`;

/** What an installation without a ReleaseSequence gets: the newest on the channel. */
export const NEWEST_RELEASE = 811;

const SEQUENCES = new Map(
  TABLE.split(",").map((entry) => {
    const [sequence = "", name = ""] = entry.trim().split(" ");
    return [Number(sequence), name] as const;
  }),
);

/**
 * Names of all releases by their place in the lab's order. A place is the release's sequence; those that have none follow, one
 * after the other.
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  ...SEQUENCES,
  ...LATER.split(",").map((name, index) => [NEWEST_RELEASE + 1 + index, name.trim()] as const),
]);

/** Releases that an upgrade may not pass over: each must have been fully started. */
const REQUIRED = [519, 610, 642, 692, 776];

/** Releases in which a command or the job runner changed. */
export const SINCE = {
  /** v202111-1: `list-nodes`. */
  listNodes: 582,
  /** v202304-1: tfc-agent replaces the build worker, and RabbitMQ is gone with the legacy pipeline. */
  agent: 692,
  /** v202307-1: `node-drain` waits for runs. */
  drainWaits: 722,
} as const;

/** v202204-1 and -2 ship a `health-check` that is not found. */
export const BROKEN_HEALTH_CHECK: readonly number[] = [609, 610];

/** v202302-1 and v202303-1: `node-drain` does not work where runs execute in agents. */
export const BROKEN_AGENT_DRAIN: readonly number[] = [681, 688];

/** v202404-2: the Replicated edition cannot hand its nodes the Redis configuration. */
export const WITHOUT_REDIS = 764;

/** `v202207-2` for 642, `1.2.2` for its place; undefined: no such release (v202404-1, 763, was withdrawn). */
export function releaseName(place: number): string | undefined {
  return NAMES.get(place);
}

/** Whether a release of this sequence is on the channel. */
export const isOnChannel = (sequence: number): boolean => SEQUENCES.has(sequence);

/** The sequence of a release on the channel, by its name. */
export function releaseSequence(name: string): number | undefined {
  return [...SEQUENCES].find(([, candidate]) => candidate === name)?.[0];
}

/** The place of any release, by its name. */
export function releasePlace(name: string): number | undefined {
  return [...NAMES].find(([, candidate]) => candidate === name)?.[0];
}

/** Places of all releases, in order. */
export const RELEASE_PLACES: readonly number[] = [...NAMES.keys()];

/** How a release is spoken of: by its sequence or, where it has none, by its name. */
export const releaseWord = (place: number): string =>
  isOnChannel(place) ? String(place) : (NAMES.get(place) ?? String(place));

/** Required releases between the last one started and the next, in order. */
export function missingReleases(lastStarted: number, next: number): readonly number[] {
  return REQUIRED.filter((sequence) => sequence > lastStarted && sequence < next);
}
