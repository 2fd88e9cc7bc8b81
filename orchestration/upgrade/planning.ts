import { RepaveError } from "../domain/errors";
import { type Hop, type Plan, target } from "../domain/plan";
import { compareReleases, type Packaging, type Release, UNKNOWN_RELEASE, upgradePath } from "../domain/release";
import { isSamePlan, type Planned } from "../domain/start/savedPlan";
import type { FleetSeen } from "../fleet/observe";
import type { JournaledRun } from "../run/pastRuns";
import { type Observed, refusal } from "../run/unfinished";

/** What the operator asks for; what is left out stays as it is. */
export interface Request {
  readonly stack: string;
  readonly release?: Release;
  readonly image?: string;
  /** The newest image that the stack's source names; see `withImage`. */
  readonly latest?: boolean;
  /** A patch of the machines: a build that somebody else has staged is left staged. */
  readonly patch?: boolean;
  /** Also replace the nodes if one is older than this, in milliseconds. */
  readonly maxAgeMs?: number;
  /** Make smoke runs, also where the stack does not ask for them in every run. */
  readonly smoke?: boolean;
  /** Only resume the unfinished run. */
  readonly resume?: boolean;
  /** Run exactly this plan, in the world that it was made from. */
  readonly planned?: Planned;
}

/** The release and image that the fleet runs. If nodes differ, the oldest counts: preflight refuses that anyway. */
export function present({ nodes, outputs }: FleetSeen): Hop {
  const [oldest] = nodes.flatMap((node) => node.release ?? []).sort(compareReleases);
  const images = [...new Set(nodes.map((node) => node.instance.imageId))];
  const release = oldest ?? outputs.release ?? UNKNOWN_RELEASE;
  // The stack may already name another release than the nodes run: then its digest is that one's.
  const digest = outputs.release === release ? outputs.digest : undefined;
  return {
    release,
    ...(digest === undefined ? {} : { digest }),
    image: images.length === 1 && images[0] !== undefined ? images[0] : outputs.image,
  };
}

/** Plans the hops from the running release to the target. `now` is compared with the nodes' launch. Throws `PATH_ILLEGAL`, with the reason. */
export function makePlan(request: Request, seen: FleetSeen, packaging: Packaging, now: number): Plan {
  const from = present(seen);
  const path = upgradePath(from.release, request.release ?? from.release, packaging);
  if (!path.legal) throw new RepaveError("PATH_ILLEGAL", path.reason);
  const image = request.image ?? (request.patch === true ? from.image : seen.outputs.image);
  const hops = path.hops.map((release): Hop => ({ release, image }));
  const plan: Plan = { schema: 2, stack: request.stack, from, hops, nodeCount: seen.outputs.nodeCount };
  const because = tooOld(request, seen, now);
  if (because === undefined || !runsIt(plan, seen)) return plan;
  // Nothing else tells this build from the one that runs: the number makes another version of the template.
  const rebuild = seen.outputs.latestTemplateVersion + 1;
  return { ...plan, hops: hops.map((hop) => ({ ...hop, rebuild })), because };
}

const DAY_MS = 86_400_000;
const inDays = (ms: number): string => {
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? "1 day" : `${days} days`;
};

/** Says which node is older than the request allows; undefined: none is. */
function tooOld({ maxAgeMs }: Request, { nodes }: FleetSeen, now: number): string | undefined {
  if (maxAgeMs === undefined) return undefined;
  const old = nodes.filter(({ instance }) => now - instance.launchedAt > maxAgeMs);
  const [first] = old.map(({ instance }) => instance).sort((a, b) => a.launchedAt - b.launchedAt);
  if (!first) return undefined;
  const others = old.length === 1 ? "" : ` and ${old.length - 1} more`;
  return `node age: ${first.id} is ${inDays(now - first.launchedAt)} old${others}, the limit is ${inDays(maxAgeMs)}`;
}

/** Whether every node runs the target's release from its image. */
function runsIt(plan: Plan, { nodes }: FleetSeen): boolean {
  const goal = target(plan);
  return (
    nodes.length > 0 &&
    nodes.length === plan.nodeCount &&
    nodes.every((node) => node.release === goal.release && node.instance.imageId === goal.image)
  );
}

/** Whether a build is staged in the template that the group does not launch yet. */
export const isStaged = ({ fleet, outputs }: FleetSeen): boolean =>
  fleet.group.templateVersion !== String(outputs.latestTemplateVersion);

/** True when every node is the target already, none is too old, and (but for a patch) nothing is staged: there is nothing to repave. */
export const isThereAlready = (plan: Plan, seen: FleetSeen, { patch }: Pick<Request, "patch"> = {}): boolean =>
  plan.because === undefined && runsIt(plan, seen) && (patch === true || !isStaged(seen));

/** Refuses a request with another target than the unfinished run. Throws `RUN_UNFINISHED`, `LEASE_HELD` where that run is alive. */
export function requireSameTarget(request: Request, unfinished: JournaledRun, observed: Observed): void {
  const { record } = unfinished;
  const goal = target(record.plan);
  const same =
    (request.release === undefined || request.release === goal.release) &&
    (request.image === undefined || request.image === goal.image) &&
    (request.patch !== true || goal.release === record.plan.from.release) &&
    (request.planned === undefined || isSamePlan(request.planned.saved.plan, record.plan));
  if (same) return;
  throw refusal(unfinished, observed);
}
