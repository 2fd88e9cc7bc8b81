import { goDown } from "../../region/instances";
import type { Fault, RegionState } from "../../region/model";
import { phaseBegan } from "../../region/node/phases";
import { registerTarget } from "../../region/balancing/targets";
import { type Act, type Entry, lastsUntil, subjectOf } from "../entry";

/** Faults of machines, and of what AWS does and says about them. */
export const INSTANCE_FAULTS = {
  "no-capacity": {
    does: "Launches fail with InsufficientInstanceCapacity for ten minutes; the group tries again once a minute.",
    standsFor: "no capacity in the zone when the new node is launched",
    when: "zero",
    for: 600,
    times: "any",
    effect: () => ({ kind: "no-capacity" }),
  },
  "stale-zero": {
    does: "Once the group is set to zero it lists no instances for two minutes, while they still exist.",
    standsFor: "a zero that is read too early, while instances are still terminating",
    when: "zero",
    for: 120,
    effect: () => ({ kind: "no-members-shown" }),
  },
  "stuck-terminating": {
    does: "The first terminated instance stays in shutting-down for half an hour.",
    standsFor: "termination that takes much longer than usual",
    when: "terminating",
    for: 1800,
    target: "leaving",
    act: lingers,
  },
  "instance-dies": {
    does: "AWS terminates the second new node while it installs.",
    standsFor: "a second node that is lost while it builds",
    when: "second-launch",
    target: "second-new",
    interferes: true,
    act: diesInstalling,
  },
  "instance-dies-draining": {
    does: "AWS terminates a node while it drains.",
    standsFor: "a node that is taken away while it drains",
    when: "drain",
    after: 10,
    target: "draining",
    interferes: true,
    act: dies,
  },
  "target-late": {
    does: "The first new node is missing from the load balancer's targets for two minutes after it has started.",
    standsFor: "a load balancer that does not list its target yet",
    when: "started",
    for: 120,
    target: "first-new",
    repeats: true,
    act: isUnlisted,
    undo: listAgain,
  },
} as const satisfies Readonly<Record<string, Entry>>;

function lingers(state: RegionState, fault: Fault): ReturnType<Act> {
  const instance = subjectOf(state, fault);
  if (instance?.state !== "shutting-down") return undefined;
  return {
    act: () => {
      instance.stateEndsAt = lastsUntil(state, fault);
      return `${instance.id} does not get past shutting-down`;
    },
  };
}

/** Half way, however long an installation takes. */
function diesInstalling(state: RegionState, fault: Fault): ReturnType<Act> {
  const node = subjectOf(state, fault)?.node;
  if (node?.phase !== "installing" || node.phaseEndsAt === undefined) return undefined;
  const death = dies(state, fault);
  return death && { ...death, at: Math.round((phaseBegan(node) + node.phaseEndsAt) / 2) };
}

function dies(state: RegionState, fault: Fault): ReturnType<Act> {
  const instance = subjectOf(state, fault);
  if (!instance) return undefined;
  return {
    act: () => {
      const { phase } = instance.node;
      const jobs = state.jobs.filter((job) => job.instanceId === instance.id).length;
      goDown(state, instance);
      const lost = jobs === 0 ? "" : `, with ${jobs} ${jobs === 1 ? "job" : "jobs"} running`;
      return `AWS terminated ${instance.id} while ${phase}${lost}`;
    },
  };
}

function isUnlisted(state: RegionState, fault: Fault): ReturnType<Act> {
  const listed = state.targetGroups.filter(({ targets }) => targets.some((t) => t.instanceId === fault.subject));
  if (listed.length === 0) return undefined;
  return {
    act: () => {
      for (const { targets } of listed) {
        const at = targets.findIndex((target) => target.instanceId === fault.subject);
        targets.splice(at, 1);
      }
      return `${fault.subject ?? ""} is not among the load balancer's targets`;
    },
  };
}

function listAgain(state: RegionState, fault: Fault): void {
  const instance = subjectOf(state, fault);
  const group = state.groups.find(({ name }) => name === instance?.groupName);
  if (instance?.lifecycle !== "InService") return;
  for (const targetGroup of state.targetGroups)
    if (group?.targetGroupArns.includes(targetGroup.arn)) registerTarget(state, targetGroup, instance.id);
}
