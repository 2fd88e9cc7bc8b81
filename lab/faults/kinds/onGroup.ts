import type { Fault, Group, RegionState } from "../../region/model";
import type { Act } from "../entry";

/** Acts on the group that is there; one that is being deleted is nobody's concern. */
export function onGroup(act: (state: RegionState, group: Group, fault: Fault) => string): Act {
  return (state, fault) => {
    const group = state.groups.find(({ status }) => status === undefined);
    return group && { act: () => act(state, group, fault) };
  };
}
