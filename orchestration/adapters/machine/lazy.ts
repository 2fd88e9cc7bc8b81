import { createRequire } from "node:module";

/**
 * Loads a module at its first use. Most commands do without it, and it would slow down every start. A file's path is relative to
 * `from`.
 */
export const lazily = (name: string, from = __filename): unknown => createRequire(from)(name);

/** Makes a thing at its first use; what failed is tried again at the next. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((thrown: unknown) => {
      made = undefined;
      throw thrown;
    }));
}
