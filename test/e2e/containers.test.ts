/** Nodes that run a container, upgraded as their users do it: over two release lines, and through a start that its own checks refuse. */
import { eventsIn, failureIn, finishedIn, stepsIn, stepsOf } from "./support/events";
import { labFolder, sourced, type LabFolder } from "./support/labFolder";
import { terminate } from "../support/terminate";

jest.setTimeout(450_000);

const UPGRADE = ["upgrade", "--stack", "lab", "--json", "--speed", "60", "--node-build", "240"];

let lab: LabFolder;
beforeAll(async () => (lab = await labFolder()));
afterAll(async () => expect(await lab.close()).toEqual([]));

/** What the registry has of a tag, as the run found it and the stack file records it. */
const pinned = async (tag: string): Promise<string | undefined> =>
  new RegExp(`tfe:imageDigest: ${tag}@(sha256:[0-9a-f]{64})$`, "m").exec(await lab.read("Pulumi.lab.yaml"))?.[1];

test("from v202503-1 to 1.2.2: both nodes run what was fetched before the outage, and nothing was lost", async () => {
  const { code, stdout } = await lab.npm(...UPGRADE, "--estate", "fdo", "--release", "1.2.2");
  expect(failureIn(stdout)).toBeUndefined();
  expect(code).toBe(0);
  const finished = finishedIn(stdout);
  expect(finished).toMatchObject({ outcome: "done", release: "1.2.2", hops: ["1.2.2"] });
  expect(finished.nodes).toMatchObject([
    { release: "1.2.2", healthy: true },
    { release: "1.2.2", healthy: true },
  ]);
  expect(stepsIn(stdout)).toEqual(stepsOf(1));
  expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
  expect(finished.witness.jobsFinished).toBeGreaterThan(0);

  const { instances, targetGroups, database } = await lab.region();
  const digest = await pinned("1.2.2");
  const running = instances.filter(({ state }) => state === "running").map(({ node }) => node.image?.digest);
  expect(running).toEqual([digest, digest]);
  expect(digest).toBeDefined();
  expect(targetGroups).toMatchObject([{ healthCheck: { path: "/api/v1/health/readiness" } }]);
  expect(database.started).toHaveLength(2);
});

test("another estate is refused by name, and changes nothing", async () => {
  const before = await lab.snapshot();
  const { code, stderr } = await lab.npm("status", "--stack", "lab", "--estate", "default");
  expect(code).toBe(2);
  expect(stderr).toContain('has the estate "fdo", not "default"');
  expect(stderr).toContain(`TFE_REPAVE_LAB_DIR=${lab.dir}-default npm run lab -- --estate default`);
  expect(await lab.snapshot()).toEqual(before);
});

test("to 2.0.0 with a prepared node, which dies before the outage: another is prepared, and the outage is its start", async () => {
  const run = lab.startNpm(...UPGRADE, "--node-build", "600", "--release", "2.0.0", "--prewarm", "1");
  const ready = JSON.parse(await run.line('"event":"prepared.ready"')) as { readonly instanceId: string };
  await terminate(sourced(lab), ready.instanceId);
  const { code, stdout } = await run.ended;
  expect(failureIn(stdout)).toBeUndefined();
  expect(code).toBe(0);
  const finished = finishedIn(stdout);
  expect(finished).toMatchObject({ outcome: "done", release: "2.0.0", outageParts: { build: 0 } });
  expect(finished.outageSeconds).toBeLessThan(finished.nodeBuildSeconds ?? 0);
  expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
  const events = eventsIn(stdout);
  const told = events.flatMap((event) => (event.event === "prepared.told" ? [event.instanceId] : []));
  const dropped = events.flatMap((event) => (event.event === "prepared.dropped" ? [event.instanceId] : []));
  expect(dropped).toEqual([ready.instanceId]);
  expect(finished.nodes.map(({ instanceId }) => instanceId)).toContain(told[0]);
  const { groups } = await lab.region();
  expect(groups).toMatchObject([{ min: 2, desired: 2, max: 2, suspended: [] }]);
});

describe("to 2.0.5, with a licence that its startup check refuses", () => {
  test("the gate halts at once, names the check, and holds the node", async () => {
    const { code, stdout } = await lab.npm(...UPGRADE, "--release", "2.0.5", "--fault", "startup-license-fails");
    expect(code).toBe(4);
    expect(failureIn(stdout)).toMatch(/^gate: STARTUP_FAILED .*license/);
    const { instances, groups } = await lab.region();
    const held = instances.filter(({ state }) => state === "running");
    expect(held).toHaveLength(1);
    expect(held[0]?.node.container?.restarts).toBeGreaterThan(0);
    expect(groups[0]?.suspended.map(({ process }) => process)).toContain("ReplaceUnhealthy");
  });

  test("with the cause removed for new nodes, the held node is replaced, and the run ends well", async () => {
    // Its container tries again and again. At the moment of the look it may be starting, which nobody can tell from migrating.
    const risk = ["--accept", "migration-may-run", "--because", "its startup check refuses to start it"];
    const words = ["--resume", "--rebuild-node"];
    const { code, stdout } = await lab.npm(...UPGRADE, ...words, ...risk);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    const finished = finishedIn(stdout);
    expect(finished).toMatchObject({ outcome: "done", release: "2.0.5" });
    expect(finished.nodes.map(({ release, healthy }) => [release, healthy])).toEqual([
      ["2.0.5", true],
      ["2.0.5", true],
    ]);
    expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0 });
    const digest = await pinned("2.0.5");
    const { instances, groups } = await lab.region();
    expect(instances.filter(({ state }) => state === "running").map(({ node }) => node.image?.digest)).toEqual([
      digest,
      digest,
    ]);
    expect(groups).toMatchObject([{ min: 2, desired: 2, max: 2, suspended: [] }]);
  });
});
