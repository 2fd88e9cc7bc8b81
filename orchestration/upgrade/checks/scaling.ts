import { alive, type Group, type GroupRules, type Hook, type Instance, type LaunchSource } from "../../domain/fleet";
import type { FleetSeen } from "../../fleet/observe";
import { acceptable, check, type Check, type CheckContext, type Finding, type Looking } from "./check";
import { eachGroup } from "./eachGroup";

/** The longest that a repave may take: jobs of a day, and some hours. */
const LONGEST_RUN_SECONDS = 48 * 3600;

/** Auto Scaling will do as asked: go to zero, launch the staged build and nothing else, and leave the nodes alone. */
export const SCALING_CHECKS: readonly Check[] = [
  check(
    "pinned",
    "the group is pinned to a version number of its launch template",
    "Set `tfe:releaseSequence` and run `pulumi up`.",
    (_, seen) => unpinned(seen) ?? (seen.outputs.release === undefined ? "the stack names no release" : undefined),
  ),
  check(
    "scale-in",
    "the group can terminate every node",
    "Resume the processes, and lift the scale-in protection.",
    eachGroup((_, seen) => notTerminable(seen.fleet.group, alive(seen.fleet))),
  ),
  check(
    "group-members",
    "every node is a member in service, and none runs outside of the group",
    "Return the instance to service, or terminate it.",
    eachGroup(async ({ rules, ports, run }, seen) => outsiders(seen, await rules(), await leftPrepared(ports, run.id))),
  ),
  acceptable(
    "group-health",
    "the group takes every node for healthy",
    "Find out why it was marked, then mark it healthy.",
    (_, seen) => {
      const marked = alive(seen.fleet).filter(({ markedUnhealthy }) => markedUnhealthy);
      const fix = ({ id }: Instance): string => aws(`set-instance-health --instance-id ${id} --health-status Healthy`);
      return marked.length === 0
        ? undefined
        : {
            failure: `${ids(marked)}: marked unhealthy; the group replaces it as soon as nothing holds the group back`,
            remedy: `Find out why. If it is well: ${marked.map(fix).join("; ")}.`,
          };
    },
  ),
  acceptable(
    "lifecycle-hooks",
    "no lifecycle hook delays the outage or ends a node that is being built",
    "Remove the hook for the time of the run, or make sure that something answers it.",
    eachGroup(async ({ rules, policy }, seen) => hooked(await rules(), seen, policy.maxDeregistrationSeconds)),
  ),
  check(
    "warm-pool",
    "the group has no warm pool",
    "Delete the warm pool: its instances are of an older build, and the group starts them before it launches new ones.",
    eachGroup(async ({ rules }, seen) => {
      if (!(await rules()).warmPool) return undefined;
      return {
        failure: "the group has a warm pool, whose instances are of an older build",
        remedy: `${aws(`delete-warm-pool${of(seen.fleet.group)} --force-delete`)}.`,
      };
    }),
  ),
  acceptable(
    "self-replacement",
    "the group replaces no node by itself while the run lasts",
    "Turn it off for the time of the run.",
    eachGroup(async ({ rules, ports }, seen) => replaced(await rules(), seen, ports.clock.now())),
  ),
  acceptable(
    "schedule",
    "no schedule or scaling policy wants another number of nodes",
    "Remove it: the stack alone says how many nodes there are.",
    eachGroup(async ({ rules, plan }, seen) => scheduled(await rules(), seen.fleet.group, plan)),
  ),
];

const aws = (command: string): string => `aws autoscaling ${command}`;
const of = ({ name }: Group): string => ` --auto-scaling-group-name ${name}`;
const ids = (instances: readonly Instance[], between = ", "): string => instances.map(({ id }) => id).join(between);

/** Why the group would not launch what the stack stages. */
function unpinned({ fleet: { group }, outputs }: FleetSeen): Finding {
  const { launches } = group;
  const problem = notByTemplate(launches);
  if (problem === undefined) return undefined;
  const { launchTemplateId: id, activeTemplateVersion: version } = outputs;
  const template = `--launch-template LaunchTemplateId=${id},Version=${version}`;
  return { failure: problem, remedy: `${aws(`update-auto-scaling-group${of(group)} ${template}`)}.` };
}

function notByTemplate(launches: LaunchSource): string | undefined {
  switch (launches.from) {
    case "configuration":
      return `the group launches from the launch configuration ${launches.name}, not from the stack's template`;
    case "mix":
      return `the group launches by a mixed instances policy (${launches.overrides.join(", ") || "no overrides"}), not by the stack's template alone`;
    case "template":
      if (!launches.isOwn) return `the group launches from template ${launches.id}, not from the stack's`;
      return /^\d+$/.test(launches.version) ? undefined : `the group launches ${launches.version}`;
  }
}

/** Why capacity 0 would not terminate these instances, with the commands that change it. */
export function notTerminable(group: Group, instances: readonly Instance[]): Failure | undefined {
  const kept = instances.filter(({ protectedFromScaleIn }) => protectedFromScaleIn);
  const found = [
    ...(group.stalled.length === 0
      ? []
      : [
          {
            what: `${group.stalled.join(", ")} suspended`,
            fix: aws(`resume-processes${of(group)} --scaling-processes ${group.stalled.join(" ")}`),
          },
        ]),
    ...(kept.length === 0
      ? []
      : [
          {
            what: `${ids(kept)} protected from scale-in`,
            fix: aws(
              `set-instance-protection${of(group)} --instance-ids ${ids(kept, " ")} --no-protected-from-scale-in`,
            ),
          },
        ]),
    ...(group.protectsNew
      ? [
          {
            what: "new instances are protected from scale-in",
            fix: aws(`update-auto-scaling-group${of(group)} --no-new-instances-protected-from-scale-in`),
          },
        ]
      : []),
  ];
  return failing(found);
}

interface Failure {
  readonly failure: string;
  readonly remedy: string;
}

/** Everything that is wrong, and the commands that change it. Undefined: nothing is. */
function failing(found: readonly { readonly what: string; readonly fix: string }[]): Failure | undefined {
  if (found.length === 0) return undefined;
  return { failure: found.map(({ what }) => what).join("; "), remedy: `${found.map(({ fix }) => fix).join("; ")}.` };
}

/** What other runs have prepared and left behind: this run ends its own. */
async function leftPrepared({ preparedNodes }: Pick<Looking["ports"], "preparedNodes">, runId: string) {
  const there = await preparedNodes.list();
  return there.filter((node) => node.runId !== runId && node.state !== "shutting-down").map(({ id }) => id);
}

function outsiders({ fleet }: FleetSeen, rules: GroupRules, left: readonly string[]): Finding {
  const strays = [...rules.strays, ...left];
  const aside = alive(fleet).filter(({ place, lifecycle }) => place === "out" && lifecycle !== undefined);
  const standby = aside.filter(({ lifecycle }) => lifecycle === "Standby");
  const failed = [
    ...aside.map(({ id, lifecycle }) => `${id} is ${lifecycle ?? ""}`),
    ...strays.map((id) => `${id} runs outside of the group`),
  ];
  if (failed.length === 0) return undefined;
  const remedies = [
    ...(standby.length > 0 ? [aws(`exit-standby${of(fleet.group)} --instance-ids ${ids(standby, " ")}`)] : []),
    ...(strays.length > 0
      ? [`if it is not needed: aws ec2 terminate-instances --instance-ids ${strays.join(" ")}`]
      : []),
    ...(aside.length > standby.length ? ["wait until the group has finished with it"] : []),
  ];
  return { failure: failed.join("; "), remedy: `${remedies.join("; ")}.` };
}

/** A hook at the termination is outage, all of it where nobody answers; one at the launch may end a node that migrates. */
function hooked({ hooks }: GroupRules, { fleet: { group } }: FleetSeen, mostSeconds: number): Finding {
  const harmful = hooks.filter(({ at, timeoutSeconds, unanswered }) =>
    at === "termination" ? timeoutSeconds > mostSeconds : unanswered === "abandon",
  );
  if (harmful.length === 0)
    return hooks.length === 0 ? undefined : { held: `lifecycle hooks: ${hooks.map(inWords).join("; ")}` };
  const remove = ({ name }: Hook): string => aws(`delete-lifecycle-hook${of(group)} --lifecycle-hook-name ${name}`);
  return failing(harmful.map((hook) => ({ what: inWords(hook), fix: remove(hook) })));
}

const inWords = ({ name, at, timeoutSeconds, unanswered }: Hook): string =>
  at === "termination"
    ? `${name} holds each terminating node up to ${timeoutSeconds} s, all of it outage`
    : unanswered === "abandon"
      ? `${name} terminates a new node that has not answered within ${timeoutSeconds} s`
      : `${name} holds each new node up to ${timeoutSeconds} s`;

function replaced(rules: GroupRules, { fleet }: FleetSeen, now: number): Finding {
  const { rebalancesCapacity, maxLifetimeSeconds: lifetime, replacement } = rules;
  const due = alive(fleet).filter(
    ({ launchedAt }) => lifetime !== undefined && launchedAt + (lifetime - LONGEST_RUN_SECONDS) * 1000 < now,
  );
  const update = `update-auto-scaling-group${of(fleet.group)}`;
  const found = [
    ...(rebalancesCapacity
      ? [{ what: "capacity rebalancing is on", fix: aws(`${update} --no-capacity-rebalance`) }]
      : []),
    ...(due.length > 0
      ? [
          {
            what: `${ids(due)} reaches the group's maximum instance lifetime within two days`,
            fix: aws(`${update} --max-instance-lifetime 0`),
          },
        ]
      : []),
  ];
  if (found.length > 0) return failing(found);
  if (replacement === undefined) return undefined;
  return {
    held: `the group replaces no node by itself while it is fenced (maintenance policy ${replacement.min} to ${replacement.max} %)`,
  };
}

function scheduled({ schedule, policies }: GroupRules, group: Group, { nodeCount }: CheckContext["plan"]): Finding {
  const others = schedule.filter(({ min, max, desired }) =>
    [min, max, desired].some((count) => count !== undefined && count !== nodeCount),
  );
  const free = group.min === group.max ? [] : policies;
  const found = [
    ...others.map(({ name, desired, min }) => ({
      what: `scheduled action ${name} sets ${desired ?? min ?? "another number of"} nodes`,
      fix: aws(`delete-scheduled-action${of(group)} --scheduled-action-name ${name}`),
    })),
    ...free.map((name) => ({
      what: `scaling policy ${name} may set between ${group.min} and ${group.max} nodes`,
      fix: aws(`delete-policy${of(group)} --policy-name ${name}`),
    })),
  ];
  if (found.length > 0) return failing(found);
  const idle = [...schedule.map(({ name }) => name), ...policies];
  return idle.length === 0 ? undefined : { held: `suspended while the run lasts: ${idle.join(", ")}` };
}
