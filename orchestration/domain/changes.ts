/** The diff gate: which changes of the stack a step may make. */

/** As ports/stack.ts gives it; repeated here in the shape this file needs, since the domain imports no port. */
export interface Change {
  readonly type: string;
  readonly name: string;
  readonly op: string;
  readonly properties: readonly string[];
}

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";

/** Properties that a step may touch, by resource type; everything else is refused. */
const ALLOWED = {
  stage: { [TEMPLATE]: ["userData", "imageId", "description", "tagSpecifications", "latestVersion", "defaultVersion"] },
  scale: { [GROUP]: ["minSize", "maxSize", "desiredCapacity", "launchTemplate"] },
  // Taking back: the old build in the template again, and the capacity.
  abort: {
    [TEMPLATE]: ["userData", "imageId", "description", "tagSpecifications", "latestVersion", "defaultVersion"],
    [GROUP]: ["minSize", "maxSize", "desiredCapacity"],
  },
  none: {},
} as const satisfies Record<string, Readonly<Record<string, readonly string[]>>>;

export type AllowedChanges = keyof typeof ALLOWED;

/** Sentences about every change that is not allowed; empty: none. */
export function unexpected(changes: readonly Change[], allowed: AllowedChanges): readonly string[] {
  const rules: Readonly<Record<string, readonly string[] | undefined>> = ALLOWED[allowed];
  return changes.flatMap((change) => {
    const known = rules[change.type];
    const surplus = change.properties.filter((property) => !(known ?? []).includes(property));
    if (change.op === "update" && known && surplus.length === 0) return [];
    const what = change.op === "update" && surplus.length > 0 ? `update (${surplus.join(", ")})` : change.op;
    return [`${what} of ${change.type} "${change.name}"`];
  });
}

/**
 * Operations that a cut-off update left pending and that staging does not repeat. It does repeat the update of the template: another
 * version is made from the same values, and the engine takes the operation off its list.
 */
export const unrepeated = (pending: readonly string[]): readonly string[] =>
  pending.filter((operation) => !operation.startsWith(`updating ${TEMPLATE} `));
