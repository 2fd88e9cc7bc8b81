import { changeRules, enterStandby, protectInstances, setHealth } from "../../region/group/groupRules";
import { isSuspended, suspendProcesses, updateGroup } from "../../region/group/groups";
import type { Group, GroupRules, Instance, RegionState } from "../../region/model";
import type { Act, Entry } from "../entry";
import { onGroup } from "./onGroup";

const DAY = 86_400;

/** Groups that would not do as a run asks: reasons not to start. Each is there at once and stays. */
export const SCALING_SURROUNDINGS = {
  "scale-in-protected": {
    does: "Somebody protects the first node from scale-in.",
    standsFor: "a node that capacity zero does not terminate",
    when: "now",
    act: onNode((state, group, { id }) => {
      protectInstances(state, group.name, [id], true);
      return `somebody protected ${id} from scale-in`;
    }),
  },
  "new-nodes-protected": rule(
    "The group protects new instances from scale-in.",
    "new nodes that no later run could terminate",
    () => ({ protectsNew: true }),
  ),
  "terminate-suspended": {
    does: "Somebody suspends Terminate of the group and leaves it suspended.",
    standsFor: "a group that terminates nothing",
    when: "now",
    interferes: true,
    act: onGroup((state, group) => {
      suspendProcesses(state, group.name, ["Terminate"]);
      return `somebody suspended Terminate of ${group.name}`;
    }),
  },
  "termination-hook": rule(
    "A lifecycle hook holds each terminating instance for an hour, and nobody answers it.",
    "a hook whose function was removed",
    () => ({ hooks: [hook("drain-to-queue", "TERMINATING", 3600, "CONTINUE")] }),
  ),
  "launch-hook": rule(
    "A lifecycle hook terminates each new instance that has not answered within five minutes.",
    "a hook that is shorter than the first start of a release",
    () => ({ hooks: [hook("ready-check", "LAUNCHING", 300, "ABANDON")] }),
  ),
  "node-marked-unhealthy": {
    does: "Somebody marks the second node unhealthy; the group replaces it after ten minutes.",
    standsFor: "a node that the group is about to replace",
    when: "now",
    for: 600,
    interferes: true,
    effect: () => ({ kind: "replacement-late" }),
    act: onNode((state, _, { id }) => {
      setHealth(state, id, "Unhealthy");
      return `somebody marked ${id} unhealthy`;
    }, 1),
  },
  "node-on-standby": {
    does: "Somebody puts the second node on standby.",
    standsFor: "a node that is set aside and still runs",
    when: "now",
    interferes: true,
    act: onNode((state, group, { id }) => {
      updateGroup(state, group.name, { min: group.min - 1 });
      enterStandby(state, group.name, [id]);
      return `somebody put ${id} on standby`;
    }, 1),
  },
  "node-detached": {
    does: "Somebody detaches the second node from its group; it keeps running.",
    standsFor: "a node that no scaling reaches any more",
    when: "now",
    interferes: true,
    act: onNode((state, group, instance) => {
      updateGroup(state, group.name, { min: group.min - 1, desired: group.desired - 1 });
      instance.lifecycle = undefined;
      Reflect.deleteProperty(instance.tags, "aws:autoscaling:groupName");
      return `somebody detached ${instance.id}`;
    }, 1),
  },
  "warm-pool": rule("The group has a warm pool.", "instances of an older build that are started first", () => ({
    warmPool: { minSize: 1, poolState: "Stopped" },
  })),
  "mixed-instances": rule(
    "The group launches by a mixed instances policy.",
    "a group that the vendor's template alone does not describe",
    (group) => ({
      overrides: [
        { instanceType: "m5a.xlarge" },
        { instanceType: "m6i.xlarge", launchTemplateId: group.launchTemplateId, version: "$Latest" },
      ],
    }),
  ),
  "launch-configuration": rule(
    "The group launches from a launch configuration.",
    "a group from before there were launch templates",
    () => ({ launchConfiguration: "tfe-2019" }),
  ),
  "capacity-rebalance": rule(
    "Capacity rebalancing of the group is on.",
    "Spot instances that AWS replaces by itself",
    () => ({ capacityRebalance: true }),
  ),
  "lifetime-ends": rule(
    "The nodes reach the group's maximum instance lifetime tomorrow.",
    "nodes that the group replaces because of their age",
    (_, state) => ({
      maxInstanceLifetime: DAY + Math.round((state.now - Math.min(...state.instances.map((i) => i.launchedAt))) / 1000),
    }),
  ),
  "scaling-policy": {
    does: "The group has a scaling policy, and may grow to four nodes.",
    standsFor: "an autoscaler that somebody set up",
    when: "now",
    act: onGroup((state, group) => {
      updateGroup(state, group.name, { max: 4 });
      changeRules(state, group.name, { policies: [{ name: "cpu-50", type: "TargetTrackingScaling" }] });
      return `${group.name} has a scaling policy`;
    }),
  },
  "office-hours": {
    does: "A scheduled action sets the group to zero in twelve hours, unless ScheduledActions is suspended.",
    standsFor: "a schedule that turns the nodes off at night",
    when: "now",
    after: 43_200,
    settings: { capacity: 0 },
    interferes: true,
    act: onGroup((state, group, { settings }) => {
      if (isSuspended(group, "ScheduledActions")) return "the scheduled action was passed over: it is suspended";
      const capacity = settings["capacity"] ?? 0;
      updateGroup(state, group.name, { min: capacity, desired: capacity });
      return `a scheduled action set ${group.name} to ${capacity}`;
    }),
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** A fault that gives the group a rule. */
function rule(does: string, standsFor: string, change: (group: Group, state: RegionState) => GroupRules) {
  const act = onGroup((state, group) => {
    const rules = change(group, state);
    changeRules(state, group.name, rules);
    return `${group.name} has ${Object.keys(rules).join(", ")}`;
  });
  return { does, standsFor, when: "now", act } as const;
}

function hook(name: string, at: "LAUNCHING" | "TERMINATING", seconds: number, result: "CONTINUE" | "ABANDON") {
  const transition = `autoscaling:EC2_INSTANCE_${at}` as const;
  return { name, transition, heartbeatTimeout: seconds, defaultResult: result };
}

/** A node in service, by its place in the order of launches. */
function onNode(act: (state: RegionState, group: Group, instance: Instance) => string, place = 0): Act {
  return (state) => {
    const instance = state.instances.filter(({ lifecycle }) => lifecycle === "InService")[place];
    const group = state.groups.find(({ name }) => name === instance?.groupName);
    return instance && group && { act: () => act(state, group, instance) };
  };
}
