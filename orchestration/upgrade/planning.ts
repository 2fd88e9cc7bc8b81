import { RepaveError } from "../domain/errors";
import { fold, isOver, type JournalEntry } from "../domain/journal";
import { upgradePath } from "../domain/path";
import { target, type Hop, type Plan } from "../domain/plan";
import { releaseLabel } from "../domain/releases";
import type { RunRecord, RunStore } from "../ports/runStore";
import type { FleetSeen } from "./observe";

/** What the operator asks for; what is left out stays as it is. */
export interface Request {
  readonly stack: string;
  readonly release?: number;
  readonly image?: string;
  /** Only go on with the run that is unfinished. */
  readonly resume?: boolean;
}

export interface Unfinished {
  readonly record: RunRecord;
  readonly entries: readonly JournalEntry[];
}

/** The newest run, if it still has something to do. */
export async function findUnfinished(store: RunStore): Promise<Unfinished | undefined> {
  const record = (await store.list()).at(-1);
  if (!record) return undefined;
  const entries = await store.journal(record.runId);
  return isOver(fold(entries)) ? undefined : { record, entries };
}

/** The release and image that the fleet is on. Where nodes differ the oldest counts: preflight refuses it anyway. */
export function present({ nodes, outputs }: FleetSeen): Hop {
  const releases = nodes.flatMap((node) => (node.release === undefined ? [] : [node.release]));
  const images = [...new Set(nodes.map((node) => node.instance.imageId))];
  return {
    release: releases.length > 0 ? Math.min(...releases) : outputs.releaseSequence,
    image: images.length === 1 && images[0] !== undefined ? images[0] : outputs.image,
  };
}

/** The hops from what is to what is wanted. Throws `PATH_ILLEGAL`, with the reason. */
export function makePlan(request: Request, seen: FleetSeen): Plan {
  const from = present(seen);
  const path = upgradePath(from.release, request.release ?? from.release);
  if (!path.legal) throw new RepaveError("PATH_ILLEGAL", path.reason);
  const image = request.image ?? seen.outputs.image;
  return {
    schema: 1,
    stack: request.stack,
    from,
    hops: path.hops.map((release) => ({ release, image })),
    nodeCount: seen.outputs.nodeCount,
  };
}

/** True when every node is the target already and nothing is staged: there is nothing to repave. */
export function isThereAlready(plan: Plan, { nodes, fleet, outputs }: FleetSeen): boolean {
  const goal = target(plan);
  return (
    nodes.length > 0 &&
    nodes.length === plan.nodeCount &&
    nodes.every((node) => node.release === goal.release && node.instance.imageId === goal.image) &&
    fleet.group.templateVersion === String(outputs.latestTemplateVersion)
  );
}

/** Refuses a request that is not what the unfinished run is about. Throws `RUN_UNFINISHED`. */
export function requireSameTarget(request: Request, { record }: Unfinished): void {
  const goal = target(record.plan);
  const same =
    (request.release === undefined || request.release === goal.release) &&
    (request.image === undefined || request.image === goal.image);
  if (same) return;
  throw new RepaveError(
    "RUN_UNFINISHED",
    `run ${record.runId} to ${releaseLabel(goal.release)} is not finished; ` +
      `go on with it: npm run upgrade -- --stack ${record.stack} --release ${goal.release}; ` +
      `or take it back: npm run abort -- --stack ${record.stack}`,
  );
}
