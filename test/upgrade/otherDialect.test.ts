import { World } from "../fakes/world";
import { attempt, takeBack } from "../support/attempt";
import { DEFAULT_POLICY, type Policy } from "../../orchestration/run/policy";
import { digest, type OtherDialect } from "../fakes/otherDialect";

const SECOND = 1000;

/** A fleet whose dialect fetches ahead, checks an upgrade itself, and wants silence at zero. */
function fleetOf(release: string): { world: World; other: OtherDialect } {
  const world = new World({ release });
  if (!world.other) throw new Error("not of the other dialect");
  return { world, other: world.other };
}

const codeOf = (world: World): string | undefined => world.of("run.failed").at(-1)?.code;
const checkOf = (world: World, id: string): object | undefined =>
  world.of("check.made").findLast((made) => made.id === id);

describe("silence at zero", () => {
  test("the new release is launched only when nothing has run for as long as it demands", async () => {
    const { world } = fleetOf("v202503-1");
    expect((await attempt(world, { release: "2.0.5" })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    const [zero] = world.of("zero.reached");
    const [one] = world.of("one.launched");
    expect((one?.launchedAt ?? 0) - (zero?.lastSeenAlive ?? 0)).toBeGreaterThanOrEqual(30 * SECOND);
    expect(world.of("plan.made")[0]?.text.join("\n")).toContain(
      "2.0.5 starts 30s after the last old node is terminated, or later",
    );
  });

  test("it is no longer than demanded: all of it is outage", async () => {
    const { world } = fleetOf("v202503-1");
    await attempt(world, { release: "2.0.5" });
    const [zero] = world.of("zero.reached");
    expect((zero?.at ?? 0) - (zero?.lastSeenAlive ?? 0)).toBeLessThanOrEqual(33 * SECOND);
  });

  test("a release that demands none is launched at once", async () => {
    const { world, other } = fleetOf("v202503-1");
    other.quietMs = 0;
    await attempt(world, { release: "1.2.2" });
    const [zero] = world.of("zero.reached");
    expect((zero?.at ?? 0) - (zero?.lastSeenAlive ?? 0)).toBeLessThanOrEqual(3 * SECOND);
  });

  test("every hop has its own", async () => {
    const { world } = fleetOf("v202401-1");
    expect((await attempt(world, { release: "1.2.2" })).outcome).toBe("done");
    expect(world.of("zero.reached")).toHaveLength(2);
    expect(world.violations).toEqual([]);
  });

  test("a process that resumes at zero does not trust what another one saw, and waits for a silence of its own", async () => {
    const { world } = fleetOf("v202503-1");
    const stop = new AbortController();
    world.once("zero.reached", () => stop.abort(new Error("the process dies")));
    await attempt(world, { release: "2.0.5" }, { signal: stop.signal });
    // Somebody starts an old node, and terminates it a moment before the run is resumed.
    world.group.scale(1, "somebody");
    const last = world.group.machines.at(-1)?.id ?? "";
    await world.clock.sleep(600 * SECOND);
    world.group.scale(0, "somebody");
    await world.clock.sleep(51 * SECOND);
    expect(world.group.alive()).toEqual([]);
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(last).toBe("i-3");
  });
});

describe("what is fetched ahead", () => {
  test("every release of the path is fetched on one running node before anything is changed, and built as it was found", async () => {
    const { world, other } = fleetOf("v202401-1");
    expect((await attempt(world, { release: "1.2.2" })).outcome).toBe("done");
    const fetches = other.asked.filter((what) => what.startsWith("fetch"));
    expect(fetches.slice(0, 2)).toEqual(["fetch v202406-1 on i-1", "fetch 1.2.2 on i-1"]);
    expect(world.of("release.fetched")).toMatchObject([
      { hop: 0, instanceId: "i-1", digest: digest("v202406-1"), seconds: 95 },
      { hop: 1, instanceId: "i-1", digest: digest("1.2.2"), seconds: 95 },
    ]);
    expect(world.group.templates.map((build) => [build.release, build.digest])).toEqual([
      ["v202401-1", undefined],
      ["v202406-1", digest("v202406-1")],
      ["1.2.2", digest("1.2.2")],
    ]);
    expect(checkOf(world, "release-fetch")).toMatchObject({
      ok: true,
      observed: `i-1 fetched v202406-1 (776) in 1m 35s (${digest("v202406-1").slice(0, 19)}), 1.2.2 in 1m 35s (${digest("1.2.2").slice(0, 19)})`,
    });
  });

  test("what cannot be fetched stops the run before it begins, with what the node said; nothing accepts it", async () => {
    const { world, other } = fleetOf("v202503-1");
    other.unavailable.set("1.2.2", "unauthorized: the licence has expired");
    const overrides = [{ id: "release-fetch", because: "surely not" }];
    expect((await attempt(world, { release: "1.2.2" }, { overrides })).outcome).toBe("blocked");
    expect(codeOf(world)).toBe("PREFLIGHT_FAILED");
    expect(world.acts).toEqual([]);
    expect(checkOf(world, "release-fetch")).toMatchObject({
      ok: false,
      observed: "could not be checked: 1.2.2: i-1: unauthorized: the licence has expired",
    });
    expect(checkOf(world, "release-check")).toMatchObject({ ok: true, skipped: true });
  });

  test("a node that no command reaches is passed over", async () => {
    const { world, other } = fleetOf("v202503-1");
    world.tfe.unreachable.add("i-1");
    await attempt(world, { release: "1.2.2" });
    expect(other.asked).toContain("fetch 1.2.2 on i-2");
    expect(checkOf(world, "release-fetch")).toMatchObject({ ok: true });
  });

  test("a patch fetches too: its new nodes download the same", async () => {
    const { world, other } = fleetOf("1.2.2");
    const patched = await attempt(world, { release: undefined as never, image: "ami-b", patch: true });
    expect(patched.outcome).toBe("done");
    expect(other.asked).toEqual(["fetch 1.2.2 on i-1"]);
    expect(world.group.templates.at(-1)).toMatchObject({ image: "ami-b", digest: digest("1.2.2") });
  });

  test("a resumed run builds what it found first, whatever the name stands for now", async () => {
    const { world, other } = fleetOf("v202503-1");
    const stop = new AbortController();
    world.once("drain.started", () => stop.abort(new Error("the process dies")));
    await attempt(world, { release: "1.2.2" }, { signal: stop.signal });
    other.digests.set("1.2.2", digest("anew"));
    world.group.templates.pop();
    await world.clock.sleep(600 * SECOND);
    await attempt(world, { resume: true });
    expect(world.group.templates.at(-1)?.digest).toBe(digest("1.2.2"));
  });

  test("a name that stands for something else before the first drain is refused", async () => {
    const { world, other } = fleetOf("v202503-1");
    world.once("step.started", () => world.once("check.made", () => other.digests.set("1.2.2", digest("anew"))));
    const says = async (): Promise<boolean> => {
      await world.clock.sleep(600 * SECOND);
      return true;
    };
    expect((await attempt(world, { release: "1.2.2" }, { says })).outcome).toBe("blocked");
    expect(checkOf(world, "release-fetch")).toMatchObject({
      ok: false,
      observed: `could not be checked: 1.2.2 stood for ${digest("1.2.2")} when this run fetched it, and now stands for ${digest("anew")}`,
    });
    expect(world.acts).toEqual([]);
  });

  test("an abort writes back what the old build was made of", async () => {
    const { world } = fleetOf("1.2.1");
    world.stack.written = { ...world.stack.written, imageDigest: `1.2.1@${digest("old")}` };
    await world.stack.apply({});
    const stop = new AbortController();
    world.once("drain.proven", () => stop.abort(new Error("the process dies")));
    await attempt(world, { release: "1.2.2" }, { signal: stop.signal });
    await world.clock.sleep(600 * SECOND);
    expect((await takeBack(world)).outcome).toBe("aborted");
    expect(world.stack.written).toMatchObject({ imageTag: "1.2.1", imageDigest: `1.2.1@${digest("old")}` });
  });
});

describe("the release's own check", () => {
  test("a refusal stops the run before it begins", async () => {
    const { world, other } = fleetOf("1.2.2");
    other.checks.set("2.0.5", { verdict: "failed", failures: ["database/version: 13.4"], warnings: [] });
    expect((await attempt(world, { release: "2.0.5" })).outcome).toBe("blocked");
    expect(checkOf(world, "release-check")).toMatchObject({
      ok: false,
      observed: "check of 2.0.5: database/version: 13.4",
    });
    expect(world.acts).toEqual([]);
  });

  test("one that could not run is no pass", async () => {
    const { world, other } = fleetOf("1.2.2");
    other.checks.set("2.0.5", { verdict: "could not run", failures: [], warnings: [] });
    expect((await attempt(world, { release: "2.0.5" })).outcome).toBe("blocked");
    expect(checkOf(world, "release-check")).toMatchObject({
      observed: "check of 2.0.5: it could not run: it gave no reason",
    });
  });

  test("its warnings are shown, and stop nothing", async () => {
    const { world, other } = fleetOf("1.2.2");
    other.checks.set("2.0.5", { verdict: "passed", failures: [], warnings: ["downtime required"] });
    expect((await attempt(world, { release: "2.0.5" })).outcome).toBe("done");
    expect(checkOf(world, "release-check")).toMatchObject({
      observed: "the check of 2.0.5 passes, with warnings: downtime required",
    });
    expect(world.of("warning").map(({ text }) => text)).toContain("check of 2.0.5: downtime required");
  });

  test("a release that has none shows no such check, and a patch asks for none", async () => {
    const { world, other } = fleetOf("1.2.1");
    await attempt(world, { release: "1.2.2" });
    expect(checkOf(world, "release-check")).toBeUndefined();
    other.asked.splice(0);
    await attempt(world, { release: undefined as never, image: "ami-b", patch: true });
    expect(other.asked).toEqual(["fetch 1.2.2 on i-3"]);
  });

  it.each<Policy["bootProof"]["mode"]>(["off", "node"])(
    "a later release of the path is asked by a node of the one before, and refuses before that hop's outage (boot check %s)",
    async (mode) => {
      const { world, other } = fleetOf("v202401-1");
      other.checks.set("2.0.5", { verdict: "failed", failures: ["config: a key is gone"], warnings: [] });
      const policy = { ...DEFAULT_POLICY, bootProof: { ...DEFAULT_POLICY.bootProof, mode } };
      expect((await attempt(world, { release: "2.0.5" }, { policy })).outcome).toBe("halted");
      expect(world.of("run.failed")).toMatchObject([{ step: "proveBoot", code: "UPGRADE_REFUSED" }]);
      expect(other.asked.slice(-2)).toEqual(["fetch 2.0.5 on i-3", "check 2.0.5 on i-3"]);
      expect(world.group.alive().map(({ build }) => build.release)).toEqual(["v202406-1"]);
      other.checks.set("2.0.5", { verdict: "passed", failures: [], warnings: [] });
      expect((await attempt(world, { resume: true }, { policy })).outcome).toBe("done");
      expect(world.violations).toEqual([]);
    },
  );

  test("a name that is published anew in the middle of a run is told, and the run keeps what it found", async () => {
    const { world, other } = fleetOf("v202401-1");
    world.once("gate.passed", () => other.digests.set("1.2.2", digest("anew")));
    expect((await attempt(world, { release: "1.2.2" })).outcome).toBe("done");
    expect(world.group.templates.at(-1)?.digest).toBe(digest("1.2.2"));
    expect(world.told).toContain(`and now stands for ${digest("anew")}`);
  });
});

describe("a failed startup check", () => {
  test("ends the wait at the gate at once, names it, and the node is held", async () => {
    const { world } = fleetOf("v202503-1");
    world.once("one.launched", ({ instanceId }) =>
      world.startupFailures.set(instanceId, "startup check license failed: the licence has expired"),
    );
    expect((await attempt(world, { release: "1.2.2" })).outcome).toBe("halted");
    const [failure] = world.of("run.failed");
    expect(failure).toMatchObject({
      step: "gate",
      code: "STARTUP_FAILED",
      detail: "i-3: startup check license failed: the licence has expired",
    });
    expect(world.of("gate.observed").length).toBeLessThan(20);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3"]);
    expect(world.of("evidence.saved")).toMatchObject([{ instanceId: "i-3" }]);
    expect(world.violations).toEqual([]);
  });

  test("and the same command goes on once its cause is gone", async () => {
    const { world } = fleetOf("v202503-1");
    world.once("one.launched", ({ instanceId }) => world.startupFailures.set(instanceId, "startup check tls failed"));
    await attempt(world, { release: "1.2.2" });
    await attempt(world, { resume: true });
    expect(codeOf(world)).toBe("STARTUP_FAILED");
    world.startupFailures.clear();
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });
});

test("releases that drain badly are named in the plan and in preflight", async () => {
  const { world, other } = fleetOf("v202408-1");
  other.hazards.set("v202408-1", ["it may never finish"]);
  await attempt(world, { release: "1.2.2" });
  expect(world.of("plan.made")[0]?.text).toContain("  drain of v202408-1 (781): it may never finish");
  expect(checkOf(world, "drain-hazards")).toMatchObject({
    ok: true,
    observed: "drain of v202408-1 (781): it may never finish",
  });
});

test("the plan says what must be upgraded before a release", async () => {
  const { world } = fleetOf("v202410-1");
  await attempt(world, { release: "1.2.0" });
  expect(world.of("plan.made")[0]?.text).toEqual(
    expect.arrayContaining(["  needs PostgreSQL 14 before 1.2.0", "  needs Redis 6.2 before 1.2.0"]),
  );
});

test("an older version is refused, whenever it came out", async () => {
  const { world } = fleetOf("1.1.0");
  expect((await attempt(world, { release: "1.0.3" })).outcome).toBe("blocked");
  expect(world.of("run.failed")).toMatchObject([
    { code: "PATH_ILLEGAL", detail: "1.0.3 is older than 1.1.0, which the fleet runs: there is no downgrade" },
  ]);
});
