import { createRequire } from "node:module";

/**
 * Loads a module at its first use. Most commands do without it, and it would slow down every start. A file's path is relative to
 * `from`.
 */
export const lazily = (name: string, from = __filename): unknown => createRequire(from)(name);
