import { AwsError } from "../api";
import type { Deed } from "../deeds";
import { findGroup, findTemplateVersion, membersOf } from "../find";
import type { Group, Instance, InstanceRefresh, RegionState } from "../model";
import { uuid } from "../random";
import { cause } from "./activities";
import { activeRefresh, isSuspended } from "./groups";
import { isTerminating, takeOut } from "./scaling";

/** What StartInstanceRefresh takes besides the group; absent: AWS's default. */
export interface RefreshInput {
  readonly launchTemplate?: { readonly id: string; readonly version: string };
  readonly minHealthyPercentage?: number;
  readonly maxHealthyPercentage?: number;
  /** Seconds. */
  readonly instanceWarmup?: number;
  readonly skipMatching?: boolean;
}

/** Auto Scaling User Guide, _Understand the default values for an instance refresh_. */
const DEFAULT_MIN_HEALTHY = 90;

/**
 * StartInstanceRefresh with the rolling strategy: instances are terminated and their replacements launched at the same time, in
 * batches that leave the minimum healthy percentage, one at least. Throws where it would launch before it terminates.
 */
export function startRefresh(state: RegionState, name: string, input: RefreshInput): InstanceRefresh {
  const group = findGroup(state, name);
  if (activeRefresh(group))
    throw new AwsError(
      "InstanceRefreshInProgress",
      "An Instance Refresh is already in progress and blocks the execution",
    );
  const { minHealthyPercentage = DEFAULT_MIN_HEALTHY, maxHealthyPercentage = 100, launchTemplate } = input;
  if (minHealthyPercentage > 99 || maxHealthyPercentage > 100)
    throw new AwsError("ValidationError", "The lab has no refresh that launches before it terminates");
  const { id, version } = launchTemplate ?? { id: group.launchTemplateId, version: group.launchTemplateVersion };
  const wanted = findTemplateVersion(state, id, version).number;
  const refresh: InstanceRefresh = {
    id: uuid(state),
    startedAt: state.now,
    status: "InProgress",
    launchTemplateId: id,
    launchTemplateVersion: version,
    minHealthyPercentage,
    instanceWarmup: input.instanceWarmup ?? group.healthCheckGracePeriod,
    toReplace: membersOf(state, group)
      .filter((each) => !isTerminating(each))
      .filter((each) => !(input.skipMatching === true && each.launchTemplateVersion === wanted))
      .map((each) => each.id),
    replaced: 0,
  };
  group.refreshes = [...(group.refreshes ?? []), refresh];
  return refresh;
}

/** CancelInstanceRefresh: what is replaced stays so. Undefined: none is under way. */
export function cancelRefresh(state: RegionState, name: string): InstanceRefresh | undefined {
  const refresh = activeRefresh(findGroup(state, name));
  if (refresh) Object.assign(refresh, { status: "Cancelled", endedAt: state.now });
  return refresh;
}

/** The next batch of each refresh, once what it has launched is in service, healthy and warmed up; or its end. */
export function refreshDeeds(state: RegionState): readonly Deed[] {
  return state.groups.flatMap((group) => {
    const refresh = activeRefresh(group);
    if (!refresh || isSuspended(group, "InstanceRefresh")) return [];
    const members = membersOf(state, group).filter((each) => !isTerminating(each));
    const left = members.filter(({ id }) => refresh.toReplace.includes(id));
    const fresh = members.filter(({ id }) => !refresh.toReplace.includes(id));
    const at = warmAt(refresh, fresh);
    if (at === undefined || members.length < group.desired) return [];
    const act = left.length > 0 ? () => replace(state, group, refresh, left) : () => succeed(state, group, refresh);
    return [{ at, act }];
  });
}

/** When the last of these is warmed up; undefined: one is not in service, or not healthy. */
function warmAt({ startedAt, instanceWarmup }: InstanceRefresh, fresh: readonly Instance[]): number | undefined {
  if (!fresh.every(({ lifecycle, asgHealth }) => lifecycle === "InService" && asgHealth === "Healthy"))
    return undefined;
  return Math.max(startedAt, ...fresh.map(({ inServiceAt }) => (inServiceAt ?? startedAt) + instanceWarmup * 1000));
}

function replace(state: RegionState, group: Group, refresh: InstanceRefresh, left: readonly Instance[]): void {
  const kept = Math.ceil((group.desired * refresh.minHealthyPercentage) / 100);
  const batch = left.slice(0, Math.max(1, group.desired - kept));
  refresh.toReplace = refresh.toReplace.filter((id) => !batch.some((each) => each.id === id));
  refresh.replaced += batch.length;
  const why = cause(state, undefined, "an instance was taken out of service in response to an instance refresh");
  for (const instance of batch) takeOut(state, group, instance, why);
}

/** The group takes over what the refresh launched from. */
function succeed(state: RegionState, group: Group, refresh: InstanceRefresh): void {
  Object.assign(refresh, { status: "Successful", endedAt: state.now });
  group.launchTemplateId = refresh.launchTemplateId;
  group.launchTemplateVersion = refresh.launchTemplateVersion;
}
