/** Files or objects read at the same time. */
const PARALLEL = 16;

/** `act` on each item, a few at a time; the results in the order of the items. */
export async function inParallel<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += PARALLEL) {
    results.push(...(await Promise.all(items.slice(from, from + PARALLEL).map(act))));
  }
  return results;
}
