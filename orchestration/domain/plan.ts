import type { Move } from "./move/move";
import type { Adoption } from "./adoption/adoption";
import type { Proof } from "./proof/plan";
import { type Packaging, packagingName, type Release, releaseLabel } from "./release";

/** One release-to-release repave. */
export interface Hop {
  /** What to build. */
  readonly release: Release;
  /** AMI to build from. */
  readonly image: string;
  /** Of the running build: what its release's name stood for when it was staged, where the stack says so. */
  readonly digest?: string;
  /** Set where release and image stay and the nodes are replaced all the same: it makes the build another one. */
  readonly rebuild?: number;
}

/** The intended sequence of a run: data, shown before anything happens and written down with it. */
export interface Plan {
  /** 1 had releases by number; what is read of one becomes a 2. */
  readonly schema: 2;
  readonly stack: string;
  readonly from: Hop;
  readonly hops: readonly Hop[];
  /** Nodes at the end. */
  readonly nodeCount: number;
  /** Nodes to prepare before the drain of each hop; absent: none. */
  readonly prewarm?: number;
  /** What must be proven of the old nodes before the new release may start; absent: that they are terminated. */
  readonly zeroMeans?: "stopped";
  /** Why nodes are replaced that run this release and image already. */
  readonly because?: string;
  /** What is proven with the service up, beyond the gate. Absent: nothing. */
  readonly proof?: Proof;
  /** Set where the only hop keeps the release and changes how it is packaged. */
  readonly move?: Move;
  /** The fleet moves between two groups, with its release. */
  readonly adoption?: Adoption;
}

/** Whether the plan moves an adopted fleet back to its former group. */
export const movesBack = ({ adoption }: Pick<Plan, "adoption">): boolean => adoption?.way === "back";

/** How the nodes of the plan's hops are packaged. Undefined: as those that run. */
export const packagingAfter = ({ move }: Plan): Packaging | undefined => move?.to.packaging;

/** How the nodes are packaged that the plan begins with. Undefined: it stays the same. */
export const packagingBefore = ({ move }: Plan): Packaging | undefined => move?.from.packaging;

/** The end of the plan. */
export function target(plan: Plan): Hop {
  return plan.hops[plan.hops.length - 1] ?? plan.from;
}

/** How long the service is down in each repave of the plan. */
export const outageWords = ({ prewarm = 0 }: Plan): string =>
  prewarm === 0 ? "about one node build" : "about the start of one node";

/** What a plan changes, in one line. A patch keeps the release. */
export function planTitle(plan: Plan): string {
  const { stack, from, hops, move, adoption } = plan;
  const { release, image } = target(plan);
  if (move) {
    const [before, after] = [move.from, move.to].map(({ packaging }) => packagingName(packaging));
    return `Move ${stack}${move.undoes === undefined ? "" : " back"}: ${before ?? ""} → ${after ?? ""}, release stays ${releaseLabel(release)}`;
  }
  if (release !== from.release)
    return `Stack ${stack}: ${[from, ...hops].map((hop) => releaseLabel(hop.release)).join(" → ")}`;
  if (adoption) {
    const [old, next] = adoption.way === "in" ? [adoption.group, `stack ${stack}`] : [`stack ${stack}`, adoption.group];
    return `Move the fleet from ${old} to ${next}, release stays ${releaseLabel(release)}`;
  }
  const stays = `release stays ${releaseLabel(release)}`;
  return image === from.image
    ? `Rebuild ${stack} from image ${image}, ${stays}`
    : `Patch ${stack}: image ${from.image} → ${image}, ${stays}`;
}
