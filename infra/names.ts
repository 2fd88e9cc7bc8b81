import { createHash } from "node:crypto";

/** AWS's limit for the names of load balancers and target groups, the shortest of those used here. */
const MAX_LENGTH = 32;

/**
 * `tfe-<stack>` or `tfe-<stack>-<suffix>`: letters, digits and hyphens, 32 characters at most. A stack name that had to be
 * changed or cut carries a hash, so that two stacks never share a name.
 */
export function resourceName(stack: string, suffix?: string): string {
  const end = suffix === undefined ? "" : `-${suffix}`;
  const clean = cleaned(stack);
  const plain = `tfe-${clean}${end}`;
  return clean === stack && plain.length <= MAX_LENGTH ? plain : hashed(clean, stack, end);
}

/**
 * Name of what holds data (`services: build`). RDS, ElastiCache and S3 take lower case only and no two hyphens in a row. It is
 * `resourceName(stack)` where that is such a name, and carries a hash otherwise.
 */
export function dataName(stack: string): string {
  const name = resourceName(stack);
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return name;
  return hashed(cleaned(stack).toLowerCase().replaceAll(/-{2,}/g, "-"), stack, "");
}

const cleaned = (stack: string): string => stack.replaceAll(/[^a-zA-Z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "");

function hashed(clean: string, stack: string, end: string): string {
  const hash = createHash("sha256").update(stack).digest("hex").slice(0, 8);
  const room = MAX_LENGTH - `tfe--${hash}${end}`.length;
  return `tfe-${clean.slice(0, room).replace(/-+$/, "")}-${hash}${end}`.replace("--", "-");
}
