import { RepaveError } from "../domain/errors";
import { hopRecord } from "../domain/journal";
import { packagingAfter, type Plan } from "../domain/plan";
import { type Release, releaseLabel } from "../domain/release";
import type { NodeAddress } from "../ports/nodeShell";
import type { Fetched, UpgradeCheck } from "../ports/tfe";
import type { Ports } from "../run/context";
import type { Run } from "../run/run";
import { nodesToAsk } from "./ask";
import type { FleetSeen } from "./observe";

interface Fetching {
  readonly ports: Pick<Ports, "clock" | "tfe">;
  readonly plan: Plan;
  readonly run: Run;
  readonly signal: AbortSignal;
}

/** What one running node fetched of the hops of a plan. Empty: the dialect has nothing that is fetched ahead. */
export interface FetchedAhead {
  readonly hops: readonly (Fetched & { readonly release: Release })[];
  readonly node: NodeAddress | undefined;
}

/** A fetch that takes longer is reported as progress. */
const SILENT_MS = 3_000;

/**
 * Fetches each release of the plan onto one running node, which goes on serving, and records what each name stands for. A healthy
 * node is preferred; one that no command reaches is passed over. Safe to repeat: what a node has is not fetched twice.
 * Throws `NODE_UNREACHABLE` if no node can be asked, `NODE_COMMAND_FAILED` with what the node said, and `WORLD_CHANGED` where the
 * name of a release stood for something else when this run first fetched it.
 */
export async function fetchAhead(ctx: Fetching, seen: FleetSeen): Promise<FetchedAhead> {
  let unreachable = new RepaveError("NODE_UNREACHABLE", "no node is running that could fetch it");
  for (const node of nodesToAsk(seen)) {
    try {
      return await fetchOn(ctx, node);
    } catch (error) {
      if (!(error instanceof RepaveError) || error.code !== "NODE_UNREACHABLE") throw error;
      unreachable = error;
    }
  }
  throw unreachable;
}

async function fetchOn(ctx: Fetching, running: NodeAddress): Promise<FetchedAhead> {
  const node = asAfter(ctx.plan, running);
  const hops: (Fetched & { release: Release })[] = [];
  for (const [index, { release }] of ctx.plan.hops.entries()) {
    const fetched = await fetchRelease(ctx, node, index, release);
    if (fetched === undefined) return { hops: [], node: undefined };
    if (fetched.moved !== undefined) throw new RepaveError("WORLD_CHANGED", fetched.moved);
    hops.push({ ...fetched, release });
  }
  return { hops, node };
}

/** What a node does for a hop of the plan it does as the nodes of that hop would: in a move those are packaged in another way. */
export function asAfter(plan: Plan, node: NodeAddress): NodeAddress {
  const packaging = packagingAfter(plan);
  return packaging === undefined ? node : { ...node, packaging };
}

/** `moved`: the release's name stood for something else when this run first fetched it, in words. The run keeps what it stood for. */
type FetchedNow = Fetched & { readonly moved?: string };

/**
 * Fetches one hop's release onto the node, and records what its name stands for if this run does not know it yet. Undefined: the
 * dialect has nothing that is fetched ahead. Throws as `Tfe.fetch`, with the release named.
 */
export async function fetchRelease(
  { ports: { clock, tfe }, run, signal }: Omit<Fetching, "plan">,
  node: NodeAddress,
  hop: number,
  release: Release,
): Promise<FetchedNow | undefined> {
  const ended = new AbortController();
  const text = `fetching ${releaseLabel(release)}`;
  void clock.sleep(SILENT_MS, ended.signal).then(
    () => run.tell({ event: "progress", step: run.state.step ?? "preflight", instanceId: node.instanceId, text }),
    () => undefined,
  );
  const fetched = await tfe
    .fetch(node, release, signal)
    .finally(() => ended.abort())
    .catch((error: unknown) => {
      throw naming(release, error);
    });
  if (fetched === undefined) return undefined;
  const { digest } = hopRecord(run.state, hop);
  if (digest === undefined) {
    const { instanceId } = node;
    await run.record({ event: "release.fetched", hop, instanceId, digest: fetched.digest, seconds: fetched.seconds });
  } else if (digest !== fetched.digest) {
    const moved = `${releaseLabel(release)} stood for ${digest} when this run fetched it, and now stands for ${fetched.digest}`;
    return { ...fetched, moved };
  }
  return fetched;
}

/** A node that no command reaches has failed whatever it was to fetch. */
function naming(release: Release, thrown: unknown): unknown {
  if (!(thrown instanceof RepaveError) || thrown.code === "NODE_UNREACHABLE") return thrown;
  return new RepaveError(thrown.code, `${releaseLabel(release)}: ${thrown.detail}`, { cause: thrown });
}

/** What a release's own check of the upgrade to it came to. */
export interface Judged {
  /** Why it refuses, in one line. Undefined: it passes. */
  readonly refusal: string | undefined;
  readonly warnings: readonly string[];
}

/** Has a fetched release check the upgrade to it, and records its warnings. Undefined: it has no such check. Throws as `Tfe.upgradeCheck`. */
export async function askRelease(
  { ports, run }: Pick<Fetching, "ports" | "run">,
  node: NodeAddress,
  release: Release,
): Promise<Judged | undefined> {
  const answer = await ports.tfe.upgradeCheck(node, release);
  if (answer === undefined) return undefined;
  const label = releaseLabel(release);
  const { warnings } = answer;
  for (const text of warnings) await run.record({ event: "warning", text: `check of ${label}: ${text}` });
  const problems = upgradeProblems(answer);
  return { refusal: problems.length === 0 ? undefined : `check of ${label}: ${problems.join("; ")}`, warnings };
}

/** Why the check keeps a node from being upgraded. Empty: nothing does. */
function upgradeProblems({ verdict, failures }: UpgradeCheck): readonly string[] {
  if (verdict === "passed") return [];
  const found = failures.length > 0 ? failures : ["it gave no reason"];
  return verdict === "failed" ? found : [`it could not run: ${found.join("; ")}`];
}
