import type { FoundGroup } from "./adoption";

/** What a run finds of the groups' own processes, and what it makes of the former group. */
export type GroupEvent =
  | {
      readonly event: "fence.found";
      readonly suspended: readonly string[];
      /** The former group, in an adoption. */
      readonly former?: FoundGroup;
    }
  | { readonly event: "fence.restored"; readonly resumed: readonly string[] }
  /** The former group is about to be left at 0/0/0, with its processes suspended and a tag that says so. */
  | { readonly event: "group.left"; readonly group: string }
  /** The former group has its bounds again, and the tag is gone. */
  | { readonly event: "group.restored"; readonly group: string }
  /** `undoable`: the release stays. */
  | { readonly event: "one.asked"; readonly hop: number; readonly templateVersion: number; readonly undoable?: true };
