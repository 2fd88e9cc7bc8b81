import { createHash } from "node:crypto";
import { jobsOn } from "../jobs";
import type { Instance, RegionState } from "../model";

/** The id of a container that is known by its name alone. */
export const containerId = (name: string): string => createHash("sha256").update(name).digest("hex");

/** A container as a list shows it. */
export interface Listed {
  readonly image: string;
  readonly name: string;
}

/**
 * What runs on a node beside the application: a container for each job, called `<prefix>-<job>` and of `usualImage` where the job has
 * none of its own, and what somebody else has started there, for as long as that stays.
 */
export const besideApplication = (
  state: RegionState,
  instance: Instance,
  { usualImage, prefix }: { readonly usualImage: string; readonly prefix: string },
): readonly Listed[] => [
  ...jobsOn(state, instance).map(({ id, image = usualImage }) => ({ image, name: `${prefix}-${id}` })),
  ...(instance.node.containers ?? []).filter(({ until = Infinity }) => state.now < until),
];
