import { createRequire } from "node:module";

/** What most commands do without, loaded when it is first used: it would be a part of every start. A file's path counts from `from`. */
export const lazily = (name: string, from = __filename): unknown => createRequire(from)(name);
