/** Makes a thing at its first use, and keeps what came of it: a promise that was rejected stays so. What throws is made anew. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
