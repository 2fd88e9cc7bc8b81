import { unexpected, unrepeated } from "../domain/changes";
import { asRepaveError } from "../domain/errors";
import { FENCE } from "../domain/fence";
import { conditions } from "../domain/health";
import { target } from "../domain/plan";
import { releaseLabel } from "../domain/releases";
import type { StepContext } from "./context";
import type { FleetSeen, NodeSeen } from "./observe";
import { address } from "./sight";

/** What a check may look at. */
export type CheckContext = Pick<StepContext, "ports" | "policy" | "plan" | "run" | "overrides">;

/** One reason not to start. `look` answers the failure in words, or undefined when it holds; what it throws is a failure too. */
export interface Check {
  readonly id: string;
  readonly holds: string;
  readonly remedy: string;
  look(ctx: CheckContext, seen: FleetSeen): Promise<string | undefined>;
}

const check = (
  id: string,
  holds: string,
  remedy: string,
  look: (ctx: CheckContext, seen: FleetSeen) => Promise<string | undefined> | string | undefined,
): Check => ({ id, holds, remedy, look: async (ctx, seen) => look(ctx, seen) });

/**
 * Checks whose failure an operator may accept by name, giving a reason. None of them guards against two releases at once or lost
 * work; and an unhealthy node must never keep a fleet from being repaved.
 */
export const ACCEPTABLE: readonly string[] = [
  "healthy",
  "fence-free",
  "licence",
  "disk",
  "app-config",
  "database-backups",
];

/** Asks every node; the failures of all of them in one sentence. */
async function everyNode(
  seen: FleetSeen,
  ask: (node: NodeSeen) => Promise<string | undefined> | string | undefined,
): Promise<string | undefined> {
  const answers = await Promise.all(
    seen.nodes.map(async (node) => {
      const failure = await ask(node);
      return failure === undefined ? [] : [`${node.instance.id}: ${failure}`];
    }),
  );
  return answers.flat().join("; ") || undefined;
}

export const CHECKS: readonly Check[] = [
  check(
    "pending-operations",
    "no update was cut off but one that staging repeats",
    "Run `pulumi refresh`; it clears them.",
    async ({ ports }) => unrepeated(await ports.stack.pendingOperations()).join(", ") || undefined,
  ),
  check(
    "stack-diff",
    "the update changes the launch template only",
    "Bring the other changes in with `pulumi up` first, or take them back.",
    async ({ ports, plan }) => {
      const [first] = plan.hops;
      const change = first ? { releaseSequence: first.release, image: first.image } : {};
      return unexpected(await ports.stack.preview(change), "stage").join("; ") || undefined;
    },
  ),
  check(
    "pinned",
    "the group is pinned to a numbered build",
    "Set `tfe:releaseSequence` and run `pulumi up`.",
    (_, seen) => {
      const { templateVersion } = seen.fleet.group;
      if (!/^\d+$/.test(templateVersion)) return `the group launches ${templateVersion}`;
      return seen.outputs.releaseSequence > 0 ? undefined : "the stack names no release";
    },
  ),
  check(
    "capacity",
    "every node is in service",
    "Bring the group to its capacity first (`status` shows what is there).",
    ({ plan }, seen) =>
      seen.nodes.length === plan.nodeCount && seen.fleet.group.desired === plan.nodeCount
        ? undefined
        : `${seen.nodes.length} nodes, capacity ${seen.fleet.group.desired}, the stack says ${plan.nodeCount}`,
  ),
  check(
    "one-release",
    "all nodes run one release",
    "Finish the upgrade that is half done before starting another.",
    (_, seen) => {
      const releases = [...new Set(seen.nodes.map((node) => node.release))];
      return releases.length === 1 && releases[0] !== undefined
        ? undefined
        : `found ${releases.map((r) => (r === undefined ? "unknown" : releaseLabel(r))).join(" and ") || "no node"}`;
    },
  ),
  check("healthy", "every node is healthy", "Mend the node: `health` shows each condition.", ({ plan }, seen) =>
    everyNode(seen, ({ sight }) => {
      const reds = conditions(sight, plan.from.release).filter((o) => !o.held);
      return reds.length === 0 ? undefined : reds.map((o) => `${o.condition}: ${o.observed}`).join(", ");
    }),
  ),
  check(
    "fence-free",
    "no process is suspended",
    "Somebody suspended them for a reason: find out, then resume them.",
    ({ run }, seen) => {
      if (run.state.foundSuspended && !run.state.fenceRestored) return undefined;
      const foreign = seen.fleet.group.suspended.filter((process) =>
        [...FENCE, "Launch", "Terminate", "AddToLoadBalancer"].includes(process),
      );
      return foreign.join(", ") || undefined;
    },
  ),
  check("instance-refresh", "no instance refresh is under way", "Wait for it or cancel it.", (_, seen) =>
    seen.fleet.group.instanceRefreshInProgress ? "one is in progress" : undefined,
  ),
  check("image", "the image can be launched", "Give an image that exists in this region.", async ({ ports, plan }) => {
    const problems = await Promise.all(
      [...new Set(plan.hops.map((hop) => hop.image))].map((id) => ports.fleet.imageProblem(id)),
    );
    return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
  }),
  check(
    "licence",
    "the licence is valid",
    "An expired licence can make the installation fail: renew it first.",
    ({ ports, policy }, seen) =>
      everyNode(seen, async ({ instance }) => {
        const expiry = await ports.tfe.licenceExpiry(address(instance));
        const left = expiry === undefined ? Infinity : expiry - ports.clock.now();
        return left >= policy.minLicenceMs ? undefined : `the licence ends ${new Date(expiry ?? 0).toISOString()}`;
      }),
  ),
  check(
    "disk",
    "every node has disk to spare",
    "Free space on the node, or give the build a larger volume (`tfe:rootVolumeGb`).",
    ({ ports, policy }, seen) =>
      everyNode(seen, async ({ instance }) => {
        const free = await ports.tfe.diskFree(address(instance));
        return free >= policy.minDiskBytes ? undefined : `${Math.floor(free / 1024 ** 3)} GiB free`;
      }),
  ),
  check(
    "work-visible",
    "the work of every node can be counted",
    "Without it no node can be proven drained.",
    ({ ports }, seen) =>
      everyNode(seen, async ({ instance }) => {
        await ports.tfe.activeWork(address(instance));
        return undefined;
      }),
  ),
  check(
    "app-config",
    "the nodes' settings agree with each other and with the stack",
    "Put the settings that were changed ad hoc into `tfe:appConfig`, or change them back: the new build knows only the stack's.",
    appConfigDrift,
  ),
  check(
    "database-backups",
    "the database is backed up",
    "Turn automatic backups on: a failed migration is only undone by a restore.",
    async ({ ports, policy }) => {
      const { databaseId } = policy.backup;
      if (databaseId === undefined) return undefined;
      const { retentionDays } = await ports.backups.policy(databaseId);
      return retentionDays > 0 ? undefined : `${databaseId} has automatic backups switched off`;
    },
  ),
];

/** Names keys, never values: some settings are secrets. */
async function appConfigDrift({ ports }: CheckContext, seen: FleetSeen): Promise<string | undefined> {
  const settings = await Promise.all(
    seen.nodes.map(async ({ instance }) => ({ instance, values: await ports.tfe.appConfig(address(instance)) })),
  );
  const keys = [...new Set(settings.flatMap(({ values }) => Object.keys(values)))].sort();
  const apart = keys.filter((key) => new Set(settings.map(({ values }) => values[key])).size > 1);
  const lost = Object.entries(seen.outputs.appConfig).flatMap(([key, wanted]) =>
    settings.filter(({ values }) => values[key] !== wanted).map(({ instance }) => `${key} on ${instance.id}`),
  );
  const sentences = [
    ...(apart.length > 0 ? [`the nodes differ in ${apart.join(", ")}`] : []),
    ...(lost.length > 0 ? [`the stack has another value for ${lost.join(", ")}`] : []),
  ];
  return sentences.join("; ") || undefined;
}

/** Makes every check, tells each result, and answers the failures as `id: reason`. A check that cannot be made has failed. */
export async function runChecks(ctx: CheckContext, seen: FleetSeen): Promise<readonly string[]> {
  const results = await Promise.all(
    CHECKS.map(async (check) => {
      const failure = await check
        .look(ctx, seen)
        .catch((error: unknown) => `could not be checked: ${asRepaveError(error).detail}`);
      return { check, failure };
    }),
  );
  const failed: string[] = [];
  for (const { check, failure } of results) {
    const accepted = ctx.overrides.find(({ id }) => id === check.id && ACCEPTABLE.includes(id));
    const made = { event: "check.made", id: check.id } as const;
    if (failure === undefined) ctx.run.tell({ ...made, ok: true, observed: check.holds });
    else if (accepted) {
      ctx.run.tell({ ...made, ok: true, observed: `accepted: ${failure}` });
      await ctx.run.record({ event: "override.used", ...accepted });
    } else {
      ctx.run.tell({ ...made, ok: false, observed: failure, remedy: check.remedy });
      failed.push(`${check.id}: ${failure}`);
    }
  }
  return failed;
}

/** What costs time but is no reason to stop. */
export function cautions({ plan }: Pick<CheckContext, "plan">, seen: FleetSeen): readonly string[] {
  const { deregistrationDelay } = seen.fleet.group;
  return [
    ...(deregistrationDelay > 60
      ? [
          `the target group waits ${deregistrationDelay} s to deregister a node, and that is outage; a drained node needs no more than about 10`,
        ]
      : []),
    ...(target(plan).release === plan.from.release && target(plan).image === plan.from.image
      ? ["release and image stay the same"]
      : []),
  ];
}
