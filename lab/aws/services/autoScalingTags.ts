import { findGroup } from "../../region/find";
import type { Group, RegionState } from "../../region/model";
import { flag, required, structures, text, type Params } from "../params";
import type { Answer, Operation } from "../service";

export const groupTags = (group: Group): readonly Answer[] =>
  group.tags.map((tag) => ({
    ResourceId: group.name,
    ResourceType: "auto-scaling-group",
    Key: tag.key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagateAtLaunch,
  }));

const named = (state: RegionState, params: Params): readonly { readonly group: Group; readonly tag: Params }[] =>
  structures(params, "Tags").map((tag) => ({ group: findGroup(state, required(tag, "ResourceId")), tag }));

/** One of the same key takes the place of the one before. */
const CreateOrUpdateTags: Operation = ({ state }, params) => {
  for (const { group, tag } of named(state, params)) {
    const key = required(tag, "Key");
    const made = { key, value: text(tag, "Value") ?? "", propagateAtLaunch: flag(tag, "PropagateAtLaunch") };
    group.tags = [...group.tags.filter((each) => each.key !== key), made];
  }
  return {};
};

const DeleteTags: Operation = ({ state }, params) => {
  for (const { group, tag } of named(state, params))
    group.tags = group.tags.filter(({ key }) => key !== required(tag, "Key"));
  return {};
};

const DescribeTags: Operation = ({ state }) => ({ Tags: state.groups.flatMap(groupTags) });

export const TAG_OPERATIONS = { CreateOrUpdateTags, DeleteTags, DescribeTags } as const satisfies Readonly<
  Record<string, Operation>
>;
