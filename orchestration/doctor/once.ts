/**
 * Calls `make` at the first use and returns the same value afterwards, a rejected promise too. After a throw the next use calls it
 * again.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
