import { alive, type Group, type LaunchSource } from "../../domain/fleet";
import { unexpected } from "../../domain/changes";
import { movesBack } from "../../domain/plan";
import { formerPort } from "../../fleet/groups";
import { settingsOfOthers } from "../../fleet/drift";
import type { FleetSeen } from "../../fleet/observe";
import type { FormerFacts } from "../../ports/account/former";
import { acceptable, check, type Check, type Finding, INAPPLICABLE, type Looking } from "./check";

/** A node that starts slowly must not be replaced half-way: shorter grace periods than this have done that. */
const LEAST_GRACE_SECONDS = 900;

const aws = (command: string, { name }: Pick<Group, "name">): string =>
  `aws autoscaling ${command} --auto-scaling-group-name ${name}`;

const inAdoption =
  (look: (ctx: Looking, seen: FleetSeen, former: Group, facts: FormerFacts) => Finding | Promise<Finding>) =>
  async (ctx: Looking, seen: FleetSeen): Promise<Finding> => {
    const { former } = seen.fleet;
    if (!ctx.plan.adoption) return INAPPLICABLE;
    if (!former) return `the group ${ctx.plan.adoption.group} does not exist`;
    return look(ctx, seen, former, await ctx.formerFacts());
  };

/** The former group has no nodes, or is about to have none: and what of it can spoil the adoption to the stack's own group, or back. */
export const FORMER_CHECKS: readonly Check[] = [
  check(
    "former-group",
    "only one of the two groups has nodes",
    "Leave the former group at zero, and see that its code does not raise it again. docs/adopt.md says how in Terraform.",
    formerGroup,
  ),
  check(
    "former-targets",
    "both groups, and no other, register with the same target group",
    "Name the target group of the former group in `tfe:targetGroupArn`. Detach every other group from it.",
    inAdoption(({ plan }, { outputs }, former, { targetGroupArns, otherGroups }) => {
      const { targetGroupArn: arn } = outputs;
      if (!targetGroupArns.includes(arn))
        return `${former.name} registers with ${targetGroupArns.join(", ") || "no target group"}, the stack with ${arn}`;
      if (otherGroups.length === 0)
        return {
          held: `${former.name} and stack ${plan.stack} use one target group; only one of them has nodes at a time`,
        };
      const detach = otherGroups.map((name) =>
        aws(`detach-load-balancer-target-groups --target-group-arns ${arn}`, { name }),
      );
      return {
        failure: `${otherGroups.join(", ")} registers with it as well: its nodes would serve beside those of another release`,
        remedy: `${detach.join("; ")}.`,
      };
    }),
  ),
  check(
    "former-template",
    "the former group launches from a launch template, by one version",
    "The way back launches that version again.",
    inAdoption((_, { fleet }, former) => launches(former, fleet)),
  ),
  acceptable(
    "former-pin",
    "the former group's user data names the release",
    "Set it there (`release_sequence`, or the tag of the image). Without it a node that the group launches installs whatever is newest.",
    inAdoption(({ plan }, _, former, { namesRelease }) => {
      if (namesRelease || movesBack(plan)) return undefined;
      return `${former.name} launches ${former.templateVersion} of its template, and the user data names no release`;
    }),
  ),
  check(
    "way-back",
    "the former group builds the release that runs",
    "There is no way back to a group that installs whatever is newest, and none to an earlier release.",
    inAdoption(({ plan }, _, former, { namesRelease }) => {
      if (plan.adoption?.way === "in") return INAPPLICABLE;
      return namesRelease ? undefined : `the user data of ${former.name} names no release`;
    }),
  ),
  acceptable(
    "former-grace",
    "the former group's grace period leaves a node time to start",
    "Make it longer.",
    inAdoption((_, __, former, { gracePeriodSeconds: seconds }) => {
      if (seconds >= LEAST_GRACE_SECONDS) return undefined;
      return {
        failure: `${former.name} replaces a node that is not healthy ${seconds} s after its launch; the build of one may take longer`,
        remedy: `${aws("update-auto-scaling-group --health-check-grace-period 1800", former)}.`,
      };
    }),
  ),
  check(
    "former-reach",
    "every node of the former group can be reached",
    "A node that cannot be reached cannot be drained.",
    inAdoption((_, __, former, { offline, role }) => {
      if (offline.length === 0) return undefined;
      const attach = `aws iam attach-role-policy --role-name ${role ?? "<role of the nodes>"} --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore`;
      return {
        failure: `the SSM agent of ${offline.join(", ")} is not online`,
        remedy: `${attach}. Then wait until the agents of ${former.name} are online, or use tfe:transport: ssh.`,
      };
    }),
  ),
  acceptable(
    "former-user-data",
    "the former group's user data holds no secret",
    "Whoever may describe launch templates can read them. The stack's own user data names secrets by ARN. After the adoption, change these secrets, and delete the former template when you need no way back.",
    inAdoption((_, __, ___, { secretsInUserData: names }) =>
      names.length === 0 ? undefined : `user data holds in clear: ${names.join(", ")}`,
    ),
  ),
  acceptable(
    "former-settings",
    "a new node has the settings of those that serve",
    "Put plain settings into tfe:appConfig or tfe:environment, and secret ones into the settings secret. A wrong encryption password makes every secret of the application unreadable.",
    inAdoption(async ({ plan, ports }, { nodes }) => {
      if (movesBack(plan)) return INAPPLICABLE;
      const [node] = nodes;
      return node && settingsOfOthers(ports, node);
    }),
  ),
  check(
    "adoption-size",
    "the stack can take every node",
    "Raise `tfe:maxNodes` in the stack file.",
    inAdoption(async ({ plan, ports }) => {
      if (movesBack(plan)) return INAPPLICABLE;
      const { stack } = ports;
      const changes = await stack.preview({ nodeCount: plan.nodeCount });
      return unexpected(changes, stack.allowed.scale, []).join("; ") || undefined;
    }),
  ),
];

/** Reads what others would find of it once; see `Looking`. */
export const readFormer = (ctx: Pick<Looking, "ports">): Promise<FormerFacts> => formerPort(ctx.ports).facts();

function formerGroup({ ports, plan }: Looking, { fleet }: FleetSeen): Finding {
  const { former, group } = fleet;
  if (!ports.former) return INAPPLICABLE;
  if (!former)
    return plan.adoption
      ? `the group ${plan.adoption.group} does not exist`
      : { held: "the former group is gone: remove tfe:formerGroup" };
  const theirs = alive(fleet)
    .filter((node) => node.former === true)
    .map(({ id }) => id);
  const has = `${former.name} is at ${former.min}/${former.desired}/${former.max}`;
  const nodes = theirs.length === 0 ? "" : ` with ${theirs.join(", ")}`;
  if (plan.adoption?.way === "in") {
    if (group.desired > 0) return `${group.name} is at ${group.min}/${group.desired}/${group.max} already`;
    return { held: `${has}${nodes}. ${TERRAFORM}` };
  }
  if (theirs.length === 0 && former.max === 0)
    return { held: `${has}${former.takenOver ? `, left by ${former.takenOver.by}` : ""}` };
  if (plan.adoption) return `${has}${nodes} already`;
  if (!former.takenOver)
    return { failure: `${has}${nodes}`, remedy: `Move the fleet first: npm run adopt -- --stack ${plan.stack}.` };
  const zero = aws("update-auto-scaling-group --min-size 0 --max-size 0 --desired-capacity 0", former);
  return {
    failure: `${has}${nodes}: somebody raised it, or could; two releases would run at once after this upgrade`,
    remedy:
      theirs.length === 0 ? `${zero}. ${TERRAFORM}` : `Drain and stop those nodes first. Then: ${zero}. ${TERRAFORM}`,
  };
}

const TERRAFORM =
  "In Terraform, let nothing raise it: node_count = 0 (or asg_instance_count = 0 and asg_max_size = 0), or take the group out of the code (docs/adopt.md)";

function launches(former: Group, fleet: FleetSeen["fleet"]): Finding {
  const problem = notByTemplate(former.launches);
  if (problem !== undefined)
    return {
      failure: `${former.name} launches ${problem}`,
      remedy: `Make a launch template of it, and: ${aws("update-auto-scaling-group --launch-template LaunchTemplateId=<id>,Version=1", former)}.`,
    };
  const nodes = alive(fleet).filter((node) => node.former === true);
  const versions = [...new Set(nodes.map(({ templateVersion }) => templateVersion ?? "another template"))];
  if (versions.length > 1) return `its nodes were launched from different versions: ${versions.join(", ")}`;
  const [version] = versions;
  return version === undefined || String(version) === former.templateVersion
    ? undefined
    : {
        held: `it launches ${former.templateVersion}; the adoption pins it to version ${version}, which its nodes run`,
      };
}

function notByTemplate(launch: LaunchSource): string | undefined {
  switch (launch.from) {
    case "configuration":
      return `from the launch configuration ${launch.name}`;
    case "mix":
      return "by a mixed instances policy";
    case "template":
      return undefined;
  }
}
