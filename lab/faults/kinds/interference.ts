import { changeRules } from "../../region/group/groupRules";
import { isSuspended, resumeProcesses, updateGroup } from "../../region/group/groups";
import type { Entry } from "../entry";
import { onGroup } from "./onGroup";

/** Somebody else who acts on the group. */
export const INTERFERENCE = {
  "autoscaler-interferes": {
    does: "While the group is at zero, an autoscaler raises its minimum, maximum and desired capacity to two.",
    standsFor: "an autoscaler that does not know about the run",
    when: "zero",
    after: 10,
    settings: { capacity: 2 },
    interferes: true,
    act: onGroup((state, group, { settings }) => {
      const capacity = settings["capacity"] ?? group.desired;
      updateGroup(state, group.name, { min: capacity, max: Math.max(capacity, group.max), desired: capacity });
      return `an autoscaler raised ${group.name} to ${capacity}`;
    }),
  },
  "scheduled-action": {
    does: "A scheduled action raises the group to two while it is at zero, unless ScheduledActions is suspended.",
    standsFor: "a schedule that does not know about the run",
    when: "zero",
    after: 30,
    settings: { capacity: 2 },
    interferes: true,
    act: onGroup((state, group, { settings }) => {
      if (isSuspended(group, "ScheduledActions"))
        return `a scheduled action on ${group.name} was passed over: it is suspended`;
      const capacity = settings["capacity"] ?? group.desired;
      updateGroup(state, group.name, { min: capacity, max: Math.max(capacity, group.max), desired: capacity });
      return `a scheduled action raised ${group.name} to ${capacity}`;
    }),
  },
  "capacity-changed": {
    does: "During the first drain somebody sets the group to one node.",
    standsFor: "a manual change during the run",
    when: "drain",
    after: 10,
    settings: { capacity: 1 },
    interferes: true,
    act: onGroup((state, group, { settings }) => {
      const capacity = settings["capacity"] ?? group.desired;
      const bounds = { min: Math.min(capacity, group.min), max: Math.max(capacity, group.max) };
      updateGroup(state, group.name, { ...bounds, desired: capacity });
      return `somebody set ${group.name} to ${capacity}`;
    }),
  },
  "processes-resumed": {
    does: "During the first drain somebody resumes all processes of the group.",
    standsFor: "a fence that somebody lifts",
    when: "drain",
    after: 10,
    interferes: true,
    act: onGroup((state, group) => {
      resumeProcesses(state, group.name, undefined);
      return `somebody resumed all processes of ${group.name}`;
    }),
  },
  "instance-refresh": {
    does: "An instance refresh is in progress for half an hour; it waits at a checkpoint and replaces nothing yet.",
    standsFor: "two repaves at once",
    when: "now",
    for: 1800,
    interferes: true,
    effect: () => ({ kind: "instance-refresh" }),
    act: onGroup((_, group) => `somebody started an instance refresh of ${group.name}`),
  },
  "maintenance-policy": {
    does: "The group has an instance maintenance policy of 100 to 150 percent: it launches before it terminates.",
    standsFor: "a group whose replacements run beside what they replace",
    when: "now",
    act: onGroup((state, group) => {
      changeRules(state, group.name, { maintenance: { min: 100, max: 150 } });
      return `${group.name} has a maintenance policy`;
    }),
  },
} as const satisfies Readonly<Record<string, Entry>>;
