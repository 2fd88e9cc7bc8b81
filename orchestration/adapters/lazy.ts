import { createRequire } from "node:module";

/** A package that most commands do without, loaded when it is first used: it would be a part of every start. */
export const lazily = (name: string): unknown => createRequire(__filename)(name);
