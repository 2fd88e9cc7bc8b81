import { RepaveError } from "../domain/errors";
import { type Hop, type Plan, target } from "../domain/plan";
import {
  compareReleases,
  type Packaging,
  packagingName,
  type Release,
  UNKNOWN_RELEASE,
  upgradePath,
} from "../domain/release";
import { isSamePlan, type Planned } from "../domain/start/savedPlan";
import { type Detour, detourCommands, detourLabel, detourTo } from "../domain/move/legal";
import type { Side } from "../domain/move/move";
import type { Adoption } from "../domain/adoption/adoption";
import type { FleetSeen } from "../fleet/observe";
import type { JournaledRun } from "../run/pastRuns";
import { type Observed, refusal } from "../run/unfinished";
import type { ZeroMeans } from "../domain/standing/zero";

/** How the operator wants the fleet to be moved. */
export interface MoveWish {
  /** Take back the newest move. */
  readonly back: boolean;
  /** Keys of the stack's file that the new nodes have and the old ones have not. */
  readonly keys: Side["keys"];
}

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
  /** Nodes to prepare for each hop; default: as the stack says. */
  readonly prewarm?: number;
  /** What counts as zero; default: as the stack says. */
  readonly zeroMeans?: ZeroMeans;
  /** Make smoke runs, also where the stack does not ask for them in every run. */
  readonly smoke?: boolean;
  /** Move the fleet between the former group and the stack's own. */
  readonly adoption?: Adoption["way"];
  /** Only resume the unfinished run. */
  readonly resume?: boolean;
  /** Move the fleet to another packaging, at the release that it runs. */
  readonly move?: MoveWish;
  /** Run exactly this plan, in the world that it was made from. */
  readonly planned?: Planned;
}

/** The release and image that the fleet runs. If nodes differ, the oldest counts: preflight refuses that anyway. */
export function present(seen: FleetSeen): Hop {
  const { nodes, outputs } = seen;
  const [oldest] = nodes.flatMap((node) => node.release ?? []).sort(compareReleases);
  const images = [...new Set(nodes.map((node) => node.instance.imageId))];
  const release = oldest ?? outputs.release ?? UNKNOWN_RELEASE;
  // The stack may already name another release than the nodes run: then its digest is that one's.
  const isFiles = outputs.release === release && outputs.packaging === presentPackaging(seen);
  const digest = isFiles ? outputs.digest : undefined;
  return {
    release,
    ...(digest === undefined ? {} : { digest }),
    image: images.length === 1 && images[0] !== undefined ? images[0] : outputs.image,
  };
}

/** How the running nodes are packaged, as far as they say; otherwise as the stack's file says. */
export function presentPackaging({ nodes, outputs }: FleetSeen): Packaging {
  const found = new Set(nodes.flatMap(({ instance }) => instance.packaging ?? []));
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : outputs.packaging;
}

/** A build of another packaging is staged: made by an upgrade or a patch, it would be a move that nobody checked. Throws `MOVE_STAGED`. */
function refuseStagedMove(stack: string, seen: FleetSeen): void {
  const [runs, staged] = [presentPackaging(seen), seen.outputs.packaging];
  if (runs === staged) return;
  throw new RepaveError(
    "MOVE_STAGED",
    `the stack file describes nodes with ${packagingName(staged)}, and the nodes run ${packagingName(runs)}`,
    {
      next: `Make the move: npm run migrate -- --stack ${stack}. To leave it, restore the stack file of before (git), run \`pulumi up\`, then this command`,
    },
  );
}

/** Plans the hops from the running release to the target. `now` is compared with the nodes' launch. Throws `PATH_ILLEGAL`, with the reason. */
export function makePlan(request: Request, seen: FleetSeen, packaging: Packaging, now: number): Plan {
  refuseStagedMove(request.stack, seen);
  const from = present(seen);
  const to = request.release ?? from.release;
  const path = upgradePath(from.release, to, packaging);
  if (!path.legal) throw noPath(path.reason, request.stack, from.release, detourTo(from.release, to, packaging));
  const image = request.image ?? (request.patch === true ? from.image : seen.outputs.image);
  const hops = path.hops.map((release): Hop => ({ release, image }));
  const plan: Plan = { schema: 2, stack: request.stack, from, hops, nodeCount: seen.outputs.nodeCount };
  const because = tooOld(request, seen, now);
  if (because === undefined || !runsIt(plan, seen)) return plan;
  // Nothing else tells this build from the one that runs: the number makes another version of the template.
  const rebuild = seen.outputs.latestTemplateVersion + 1;
  return { ...plan, hops: hops.map((hop) => ({ ...hop, rebuild })), because };
}

/** A release of the other packaging is reached by way of a move: the commands are said, in their order. */
function noPath(reason: string, stack: string, from: Release, detour: Detour | undefined): RepaveError {
  if (!detour) return new RepaveError("PATH_ILLEGAL", reason);
  const commands = detourCommands(stack, detour);
  return new RepaveError("PATH_ILLEGAL", `${reason}. The way there: ${detourLabel(from, detour)}`, {
    next: commands.join("; then "),
  });
}

/** The plan of a fleet that stays as it is. */
export const stayingAs = (stack: string, seen: FleetSeen): Plan => {
  const from = present(seen);
  return { schema: 2, stack, from, hops: [from], nodeCount: seen.outputs.nodeCount };
};

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

/** A run that is resumed goes on with its own move; whoever asks for a move, or for a release or an image, means that. */
function isSameMove({ move, resume, release, image, patch, planned }: Request, plan: Plan): boolean {
  if (move) return plan.move !== undefined && (plan.move.undoes !== undefined) === move.back;
  const asks = release !== undefined || image !== undefined || patch === true || planned !== undefined;
  return plan.move === undefined || resume === true || !asks;
}

/** Refuses a request with another target than the unfinished run. Throws `RUN_UNFINISHED`, `LEASE_HELD` where that run is alive. */
export function requireSameTarget(request: Request, unfinished: JournaledRun, observed: Observed): void {
  const { record } = unfinished;
  const goal = target(record.plan);
  const same =
    (request.release === undefined || request.release === goal.release) &&
    (request.image === undefined || request.image === goal.image) &&
    (request.patch !== true || goal.release === record.plan.from.release) &&
    isSameMove(request, record.plan) &&
    (request.resume === true || request.adoption === record.plan.adoption?.way) &&
    (request.planned === undefined || isSamePlan(request.planned.saved.plan, record.plan));
  if (same) return;
  throw refusal(unfinished, observed);
}
