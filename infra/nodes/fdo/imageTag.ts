/** Tags of the application's image, which are the names of its releases. Pure. */

/** `v202503-1`: year and month, number within the month. */
const BY_MONTH = String.raw`v(20\d{2}(?:0[1-9]|1[0-2]))-([1-9]\d?)`;
const PART = String.raw`(0|[1-9]\d{0,3})`;
/** `1.2.2`: newer than every one of those. */
const BY_VERSION = String.raw`${PART}\.${PART}\.${PART}`;

/** What a tag looks like. `latest`, `v1.2.2` and a commit are tags of no release. */
export const IMAGE_TAG = new RegExp(`^(?:${BY_MONTH}|${BY_VERSION})$`);

/** What a tag was found to stand for: `1.2.2@sha256:…`. It holds for that tag alone, whichever the stack has by then. */
export const PINNED_TAG = new RegExp(`^(?:${BY_MONTH}|${BY_VERSION})@sha256:[0-9a-f]{64}$`);

/** A tag in the order of releases: scheme first, then its numbers. */
type Order = readonly [scheme: number, ...numbers: number[]];

/** Throws where the text is no tag of a release: the configuration has none such. */
function orderOf(tag: string): Order {
  const [, month, number, ...version] = IMAGE_TAG.exec(tag) ?? [];
  if (month !== undefined) return [0, Number(month), Number(number)];
  if (version[0] !== undefined) return [1, ...version.map(Number)];
  throw new Error(`${JSON.stringify(tag)} is not the tag of a release (1.2.2, v202503-1)`);
}

/** Below 0: `one` is the older release. By version and not by date: 1.0.3 came out after 1.1.0, and is older. */
export function compareImageTags(one: string, other: string): number {
  const [a, b] = [orderOf(one), orderOf(other)];
  const index = a.findIndex((number, at) => number !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

/** The form in which a digest is kept beside its tag. */
export const pinnedTag = (tag: string, digest: string): string => `${tag}@${digest}`;

/** The digest that a stack with this tag gives its nodes. Undefined: it has none, or one that was found for another tag. */
export function digestFor(tag: string, pinned: string | undefined): string | undefined {
  return pinned?.startsWith(`${tag}@`) === true ? pinned.slice(tag.length + 1) : undefined;
}
