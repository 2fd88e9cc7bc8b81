import { addFaults, checkFaults, type FaultName } from "../../lab/faults";
import { awsFleet } from "../../orchestration/adapters/aws/fleet";
import { ssmShell } from "../../orchestration/adapters/nodeShell/ssmShell";
import { REPLICATED } from "../../orchestration/dialects/replicated";
import type { RunEvent } from "../../orchestration/domain/events";
import { drainNode } from "../../orchestration/fleet/draining";
import type { NodeContext } from "../../orchestration/run/context";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { Run } from "../../orchestration/run/run";
import { memoryRunStore } from "../fakes/runStore";
import { World } from "../fakes/world";
import { releaseOf } from "../support/release";
import { serveEstate, type ServedEstate } from "../lab/servedEstate";

// The drain itself, over SSM as the lab speaks it, of a node on which something runs that nobody here knows.

const MINUTE = 60_000;

let lab: ServedEstate;
let told: RunEvent[];
beforeEach(async () => {
  lab = await serveEstate({ count: 2, release: 655, runs: true, speed: 200 });
  told = [];
});
afterEach(() => lab.close());

/** A run that has its lease, and drains for at most so long (lab time). */
async function context(timeoutMs: number): Promise<NodeContext> {
  const store = memoryRunStore();
  const reporter = { emit: (event: RunEvent) => void told.push(event) };
  const fleet = awsFleet({ ...lab, launchTemplateId: lab.templateId });
  const tfe = REPLICATED.node(ssmShell(lab), {});
  const ports = { ...new World({ release: 655 }).ports(), clock: lab.clock, fleet, tfe, store, reporter };
  const run = new Run({ ...ports, runId: "run-1" });
  const now = lab.clock.now();
  const release = releaseOf(655);
  const plan = { schema: 2, stack: "lab", from: { release, image: "ami-1" }, hops: [], nodeCount: 2 } as const;
  await store.create({ schema: 1, runId: "run-1", stack: "lab", createdAt: now, operator: "test", plan });
  await run.open(await store.acquire({ runId: "run-1", holder: "test", now, ttlMs: 60 * MINUTE }));
  const policy = { ...DEFAULT_POLICY, drain: { ...DEFAULT_POLICY.drain, timeoutMs } };
  return { ports, policy, run, signal: new AbortController().signal, hopIndex: 0 };
}

/** The first node is drained while the fault acts, and the drain command says too early that it has ended. */
async function drainWith(
  fault: FaultName,
  { lasts, timeoutMs }: { lasts: number; timeoutMs: number },
): Promise<string> {
  const ctx = await context(timeoutMs);
  addFaults(lab.region.state, checkFaults([{ fault, for: lasts }, "drain-returns-early"]));
  const [node] = (await ctx.ports.fleet.describe()).instances;
  if (!node) throw new Error("the estate has no node");
  return drainNode(ctx, node);
}

const CASES: readonly { fault: FaultName; names: string }[] = [
  { fault: "run-image-by-digest", names: "runs.example.com/acme/worker@sha256:9d2f1f2a7c4be0c6 (worker-run-" },
  { fault: "run-image-by-id", names: "4f1d0c3b2a19 (worker-run-" },
  { fault: "run-image-private", names: "registry.example.com:5000/hashicorp/tfe-worker:3 (worker-run-" },
  { fault: "sidecar-starts", names: "acme/sidecar:3 (sidecar)" },
];

describe.each(CASES)("$fault", ({ fault, names }) => {
  it("is not idle: the drain waits for it, and names it", async () => {
    expect(await drainWith(fault, { lasts: 300, timeoutMs: 60 * MINUTE })).toBe("drained");
    const texts = told.flatMap((event) => (event.event === "progress" ? [event.text] : []));
    expect(texts.find((text) => text.includes("of an unknown image"))).toContain(names);
    const proven = told.find((event) => event.event === "drain.proven");
    expect(proven).toMatchObject({ seconds: expect.any(Number) as number });
    // The fault lasts for five minutes from the beginning of the drain.
    expect((proven as unknown as { seconds: number }).seconds).toBeGreaterThanOrEqual(295);
    expect(lab.region.state.verdict).toMatchObject({ lostJobs: 0, violations: [] });
  }, 60_000);

  it("is never proven drained while it runs: the refusal names it", async () => {
    await expect(drainWith(fault, { lasts: 14_400, timeoutMs: 5 * MINUTE })).rejects.toMatchObject({
      code: "DRAIN_TIMEOUT",
      detail: expect.stringContaining(`among them by an unknown image: ${names}`) as string,
    });
    expect(told.filter((event) => event.event === "drain.proven")).toEqual([]);
  }, 60_000);
});
