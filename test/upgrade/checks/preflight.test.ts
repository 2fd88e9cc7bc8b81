import { USUAL } from "../../fakes/machine";
import { anImage, World } from "../../fakes/world";
import { attempt, FENCED, hopActs, OPENED } from "../../support/attempt";
import { expectUntouched, refused } from "../../support/refusal";

describe("preflight", () => {
  test("tells all failures at once and changes nothing", async () => {
    const world = new World();
    world.group.sicken("i-2");
    world.stack.pending = ["updating group fleet"];
    world.group.suspend(["AZRebalance"]);
    world.tfe.settings.set("i-2", { capacity_concurrency: "20" });
    world.tfe.diskFreeBytes = 2 * 1024 ** 3;
    world.tfe.licenceEnds = world.clock.now() + 3600_000;
    world.group.templates.push({ release: 642, image: "ami-a" });
    const finished = await attempt(world, { image: "no-image" });
    expect(finished.outcome).toBe("blocked");
    const failed = world.of("check.made").filter((made) => !made.ok);
    expect(failed.map(({ id, observed }) => `${id}: ${observed}`)).toEqual([
      "pending-operations: updating group fleet",
      "fence-free: AZRebalance",
      "healthy: i-2: target healthy at the load balancer: unhealthy",
      "licence: i-1: the licence ends 2026-11-22T03:00:00.000Z; i-2: the licence ends 2026-11-22T03:00:00.000Z",
      "disk: i-1: 2 GiB free; i-2: 2 GiB free",
      "app-config: the nodes differ in capacity_concurrency; changed since the node was built, and not in the stack: capacity_concurrency on i-2",
      "image: no-image does not exist",
    ]);
    for (const { remedy } of failed) expect(remedy).toMatch(/\.$/);
    const naming = failed.filter(({ id, remedy }) => remedy?.includes(`--accept ${id} --because`));
    expect(naming.map(({ id }) => id)).toEqual(["fence-free", "healthy", "licence", "disk", "app-config"]);
    const [failure] = world.of("run.failed");
    expect(failure).toMatchObject({ step: "preflight", code: "PREFLIGHT_FAILED", fleet: "unchanged" });
    expect(failure?.detail.split("; ").length).toBeGreaterThanOrEqual(7);
    expect(world.acts).toEqual([]);
    expect(world.group.suspended).toEqual(["AZRebalance"]);
    expect(await world.store.list()).toEqual([]);
  });

  it.each<{ why: string; id: string; says: string; arrange: (world: World) => void }>([
    {
      why: "a node does not answer",
      id: "work-visible",
      says: "could not be checked: i-2 does not answer",
      arrange: (world) => world.tfe.unreachable.add("i-2"),
    },
    {
      why: "somebody edited the stack's program",
      id: "stack-diff",
      says: 'replace of aws:lb/targetGroup:TargetGroup "web"',
      arrange: (world) => {
        world.stack.alsoChanges = [
          { type: "aws:lb/targetGroup:TargetGroup", name: "web", op: "replace", properties: ["port"] },
        ];
      },
    },
    {
      why: "a node is missing",
      id: "capacity",
      says: "1 nodes, capacity 2, the stack says 2",
      arrange: (world) => {
        world.group.machine("i-2").killedAt = 0;
      },
    },
    {
      why: "the group launches whatever is newest",
      id: "pinned",
      says: "the group launches $Latest",
      arrange: (world) => {
        world.group.unpinned = true;
      },
    },
    {
      why: "an instance refresh is under way",
      id: "instance-refresh",
      says: "one is in progress",
      arrange: (world) => {
        world.group.refreshing = true;
      },
    },
    {
      why: "Launch is suspended, as Auto Scaling itself does after a day of failures",
      id: "fence-free",
      says: "Launch",
      arrange: (world) => world.group.suspend(["Launch"]),
    },
  ])("refuses when $why", async ({ id, says, arrange }) => {
    const world = new World();
    arrange(world);
    await refused(world);
    expect(world.of("check.made").find((made) => made.id === id)).toMatchObject({ ok: false, observed: says });
    expect(world.acts).toEqual([]);
  });

  it.each<{ why: string; id: string; says: string; arrange: (world: World) => void }>([
    {
      why: "the image is for other processors",
      id: "image-architecture",
      says: "ami-a is arm64, m5.xlarge takes x86_64",
      arrange: (world) => (world.images = [anImage("ami-a", "2026-10-01", "arm64")]),
    },
    {
      why: "the region does not know the instance type",
      id: "image-architecture",
      says: "could not be checked: instance type m5.xlarge does not exist in this region",
      arrange: ({ launchMarket }) => (launchMarket.type = undefined),
    },
    {
      why: "a zone does not offer the instance type",
      id: "instance-type",
      says: "m5.xlarge is not offered in eu-west-1d",
      arrange: ({ launchMarket }) =>
        (launchMarket.group = { instanceType: "m5.xlarge", zones: ["eu-west-1a", "eu-west-1d"] }),
    },
    {
      why: "others leave the nodes no room in the quota",
      id: "vcpu-quota",
      says: "2 nodes need 8, others use 57 of 64",
      arrange: ({ launchMarket }) => (launchMarket.quota = { limit: 64, usedByOthers: 57 }),
    },
    {
      why: "nobody here knows which quota counts",
      id: "vcpu-quota",
      says: "the quota that m5.xlarge counts against is not known: check Service Quotas",
      arrange: ({ launchMarket }) => (launchMarket.quota = undefined),
    },
    {
      why: "the load balancer keeps to its zones",
      id: "cross-zone",
      says: "cross-zone load balancing of nlb is off",
      arrange: (world) => (world.entrypoint = { ...world.entrypoint, loadBalancers: ["nlb"], crossZone: false }),
    },
    {
      why: "no load balancer leads to the nodes",
      id: "cross-zone",
      says: "no load balancer forwards to the target group",
      arrange: (world) => (world.entrypoint = { ...world.entrypoint, loadBalancers: [], crossZone: true }),
    },
  ])("refuses when $why", async ({ id, says, arrange }) => {
    const world = new World();
    arrange(world);
    await refused(world);
    expect(world.of("check.made").find((made) => made.id === id)).toMatchObject({ ok: false, observed: says });
    await expectUntouched(world);
  });

  test("a quota that the nodes just fill is enough, and is shown", async () => {
    const world = new World();
    world.launchMarket.quota = { limit: 64, usedByOthers: 56 };
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.told).toContain("✓ vCPUs: 2 nodes need 8, others use 56 of 64");
  });

  test("refuses a slow deregistration, unless the operator accepts that outage by name", async () => {
    const world = new World({ timings: { ...USUAL, deregister: 300_000 } });
    await refused(world);
    expect(world.told).toContain("✗ deregistration-delay: the deregistration delay is 300 s");
    const overrides = [{ id: "deregistration-delay", because: "nobody works tonight" }];
    expect((await attempt(world, {}, { overrides })).outcome).toBe("done");
  });

  test("passes once what it found is mended, by the same command", async () => {
    const world = new World();
    world.group.sicken("i-2");
    await refused(world);
    world.group.heal("i-2");
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
  });
});
