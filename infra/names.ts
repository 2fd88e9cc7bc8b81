import { createHash } from "node:crypto";

/** AWS's limit for the names of load balancers and target groups, the shortest of those used here. */
const MAX_LENGTH = 32;

/**
 * `tfe-<stack>` or `tfe-<stack>-<suffix>`: letters, digits and hyphens, 32 characters at most. A stack name that had to be
 * changed or cut carries a hash, so that two stacks never share a name.
 */
export function resourceName(stack: string, suffix?: string): string {
  const end = suffix === undefined ? "" : `-${suffix}`;
  const clean = stack.replaceAll(/[^a-zA-Z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "");
  const plain = `tfe-${clean}${end}`;
  if (clean === stack && plain.length <= MAX_LENGTH) return plain;
  const hash = createHash("sha256").update(stack).digest("hex").slice(0, 8);
  const room = MAX_LENGTH - `tfe--${hash}${end}`.length;
  return `tfe-${clean.slice(0, room).replace(/-+$/, "")}-${hash}${end}`.replace("--", "-");
}
