import { parseCalendar } from "../../orchestration/domain/window/calendar";
import { RepaveError } from "../../orchestration/domain/errors";
import type { RunFinished } from "../../orchestration/domain/events";
import { DEFAULT_POLICY, type Policy } from "../../orchestration/run/policy";
import { anImage, OWN_ACCOUNT, World } from "../fakes/world";
import { attempt, call, FENCED, hopActs, LEASE_RUNS_OUT_MS, OPENED } from "../support/attempt";

jest.setTimeout(60_000);

// The world's clock begins on a Sunday, 2026-11-22 02:00 UTC.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const policyOf = (...windows: string[]): Policy => ({
  ...DEFAULT_POLICY,
  imageSource: { kind: "parameter", name: "/base" },
  calendar: parseCalendar(windows, []),
});
const SUNDAYS = policyOf("Sun 01:00-06:00 UTC");

/** A fleet that lags behind the newest image. */
function fleet(): World {
  const world = new World({ release: 642 });
  world.images = [...world.images, anImage("ami-b", "2026-11-01")];
  return world;
}
const PATCH = { patch: true, latest: true };
const nightly = (world: World, policy = SUNDAYS, signal?: AbortSignal): Promise<RunFinished> =>
  call(world, PATCH, { policy, ...(signal ? { signal } : {}) });
const images = (world: World): readonly string[] => world.group.alive().map(({ build }) => build.image);
const began = (world: World): readonly string[] => world.acts.filter((act) => act.startsWith("capacity 0"));

/** The next call is a process of its own; its predecessor stopped at this event as if it had been killed. */
async function killedAt(world: World, kind: "drain.started" | "one.launched"): Promise<void> {
  const dying = new AbortController();
  world.once(kind, () => dying.abort(new RepaveError("INTERRUPTED", "killed")));
  expect((await nightly(world, SUNDAYS, dying.signal)).outcome).toBe("interrupted");
  await world.clock.sleep(LEASE_RUNS_OUT_MS);
}

describe("a call of the schedule", () => {
  test("patches in its window, asks nobody, and has nothing to do the next time", async () => {
    const world = fleet();
    const says = (): Promise<boolean> => Promise.reject(new RepaveError("CONFIRMATION_NEEDED", "nobody"));
    expect((await call(world, PATCH, { policy: SUNDAYS })).outcome).toBe("done");
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
    expect(await call(world, PATCH, { policy: SUNDAYS, says })).toMatchObject({ outcome: "nothing-to-do" });
    const [run] = await world.store.list();
    expect(run).toMatchObject({ scheduled: true });
    expect(world.of("run.started")).toMatchObject([{ attempt: 1 }]);
  });

  test("picks up an image that was published since the last", async () => {
    const world = new World({ release: 642 });
    expect((await nightly(world)).outcome).toBe("nothing-to-do");
    world.images = [...world.images, anImage("ami-b", "2026-11-01")];
    expect((await nightly(world)).outcome).toBe("done");
    expect(images(world)).toEqual(["ami-b", "ami-b"]);
  });

  test("outside the window starts nothing, looks at no node, and says when the next is", async () => {
    const world = fleet();
    await world.clock.sleep(5 * HOUR);
    const looks = jest.spyOn(world.tfe, "appStatus");
    expect(await nightly(world)).toMatchObject({
      outcome: "not-now",
      because: "outside every window (Sun 01:00-06:00 UTC); the next window opens 2026-11-29 01:00 UTC",
    });
    expect(looks).not.toHaveBeenCalled();
    expect({ acts: world.acts, runs: await world.store.list() }).toEqual({ acts: [], runs: [] });
  });

  test("near the end of the window starts nothing that would not fit", async () => {
    const world = fleet();
    await world.clock.sleep(2 * HOUR);
    expect(await nightly(world)).toMatchObject({
      outcome: "not-now",
      because: expect.stringContaining(
        "the window closes at 2026-11-22 06:00 UTC, in 2h 0m; 2h 40m are needed",
      ) as string,
    });
    expect(world.acts).toEqual([]);
  });

  test("leaves the stack to whoever holds it, and a person's unfinished run to the person", async () => {
    const world = fleet();
    const { store, clock } = world;
    const lease = await store.acquire({ runId: "run-x", holder: "ann@desk", now: clock.now(), ttlMs: MINUTE });
    expect(await nightly(world)).toMatchObject({ outcome: "not-now", because: "ann@desk is working on run run-x" });
    await store.release(lease);
    world.tfe.busy.add("i-2");
    const dying = new AbortController();
    world.once("drain.started", () => dying.abort(new RepaveError("INTERRUPTED", "lunch")));
    await attempt(world, { release: 692 }, { signal: dying.signal });
    const acts = [...world.acts];
    await world.clock.sleep(1000);
    expect((await nightly(world)).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({ code: "RUN_UNFINISHED" });
    expect(world.acts).toEqual(acts);
  });
});

describe("a run of the schedule that was killed", () => {
  test("in its drain is gone on with by the next call, which needs no release and takes no newer image", async () => {
    const world = fleet();
    await killedAt(world, "drain.started");
    world.images = [...world.images, anImage("ami-c", "2026-11-20")];
    expect((await nightly(world)).outcome).toBe("done");
    expect(images(world)).toEqual(["ami-b", "ami-b"]);
    expect(world.of("run.resumed")).toMatchObject([{ attempt: 2 }]);
    expect(world.violations).toEqual([]);
  });

  test("in its outage is finished by the next call, outside the window, too", async () => {
    const world = fleet();
    await killedAt(world, "one.launched");
    await world.clock.sleep(DAY);
    expect((await nightly(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  test("before its outage is taken back by a call outside the window: nodes do not stand drained for a week", async () => {
    const world = fleet();
    await killedAt(world, "drain.started");
    await world.clock.sleep(DAY);
    expect((await nightly(world)).outcome).toBe("failed");
    expect(began(world)).toEqual([]);
    expect(images(world)).toEqual(["ami-a", "ami-a"]);
    expect(world.group.alive().map((machine) => machine.drainingSince)).toEqual([undefined, undefined]);
    expect({ suspended: world.group.suspended, lease: await world.store.lease() }).toEqual({
      suspended: [],
      lease: undefined,
    });
    // The next window is another run's.
    await world.clock.sleep(Date.UTC(2026, 10, 29, 2) - world.clock.now());
    expect((await nightly(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });
});

describe("an unfinished run whose image was planted in the run store", () => {
  /** As whoever may write there can do it: the image of another account, in a run that the schedule would resume. */
  async function planted(owner: string): Promise<World> {
    const world = fleet();
    await killedAt(world, "drain.started");
    world.images = [...world.images, anImage("ami-e", "2026-10-20", "x86_64", owner)];
    const [run] = await world.store.list();
    const plan = run?.plan;
    if (!plan) throw new Error("no run was begun");
    Object.assign(plan, { hops: plan.hops.map((hop) => ({ ...hop, image: "ami-e" })) });
    return world;
  }

  test("is not resumed by the schedule, and no node starts from that image", async () => {
    const world = await planted("999999999999");
    expect((await nightly(world)).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "IMAGE_NOT_VOUCHED",
      fleet: expect.stringMatching(/^as run \S+ left it$/) as string,
    });
    expect(images(world)).toEqual(["ami-a", "ami-a"]);
  });

  test("is resumed by a person who confirms that image, and by none who does not", async () => {
    const world = await planted("999999999999");
    const asked: string[] = [];
    const answer =
      (yes: boolean) =>
      (question: string): Promise<boolean> => (asked.push(question), Promise.resolve(yes));
    const refused = await attempt(world, { resume: true }, { policy: SUNDAYS, says: answer(false) });
    expect(refused.outcome).toBe("blocked");
    expect(images(world)).toEqual(["ami-a", "ami-a"]);
    expect(asked).toEqual(["Only the run store names ami-e. Build nodes from it?"]);
    expect((await attempt(world, { resume: true }, { policy: SUNDAYS, says: answer(true) })).outcome).toBe("done");
    expect(images(world)).toEqual(["ami-e", "ami-e"]);
  });

  test("is resumed without a question where its owner is that of the stack's own images", async () => {
    const world = await planted(OWN_ACCOUNT);
    expect((await nightly(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });
});

describe("a drain that nobody watches", () => {
  test("is waited for until the outage would no longer fit; then the run is taken back", async () => {
    const world = fleet();
    world.tfe.busy.add("i-1");
    world.after(5 * HOUR, () => world.tfe.busy.delete("i-1"));
    expect((await nightly(world)).outcome).toBe("failed");
    expect(world.of("run.failed").map(({ code }) => code)).toEqual(["DRAIN_TIMEOUT"]);
    const [failed] = world.of("run.failed");
    expect(failed?.step).toBe("drain");
    expect(began(world)).toEqual([]);
    expect(world.violations).toEqual([]);
    expect(world.group.suspended).toEqual([]);
  });

  test("is given up after six hours where there is no window", async () => {
    const world = fleet();
    world.tfe.busy.add("i-2");
    world.after(8 * HOUR, () => world.tfe.busy.delete("i-2"));
    const start = world.clock.now();
    let stopped = 0;
    world.once("run.failed", () => (stopped = world.clock.now() - start));
    expect((await nightly(world, policyOf())).outcome).toBe("failed");
    expect(Math.round(stopped / MINUTE)).toBe(360);
    expect(world.acts.filter((act) => act.startsWith("stop"))).toEqual(["stop i-1", "stop i-2"]);
    expect(world.violations).toEqual([]);
  });
});

describe("three calls in a row that do not end well", () => {
  /** The first node never gets healthy: the run halts after its outage has begun. */
  async function stuck(): Promise<World> {
    const world = fleet();
    world.once("one.launched", ({ instanceId }) => world.group.sicken(instanceId));
    for (let call = 1; call <= 3; call++) expect((await nightly(world)).outcome).toBe("halted");
    return world;
  }

  test("are all: the third says so, every further one says so and does nothing", async () => {
    const world = await stuck();
    expect(world.of("run.gaveUp")).toMatchObject([{ tries: 3, runId: world.of("run.started")[0]?.runId }]);
    const acts = [...world.acts];
    world.group.heal("i-3");
    expect(await nightly(world)).toMatchObject({
      outcome: "gave-up",
      because: "3 scheduled calls in a row failed; there are no further attempts until an operator takes over",
    });
    expect(world.of("run.gaveUp")).toHaveLength(2);
    expect(world.acts).toEqual(acts);
  });

  test("are a person's to finish, and then the schedule's again", async () => {
    const world = await stuck();
    world.group.heal("i-3");
    expect((await attempt(world, { resume: true }, { policy: SUNDAYS })).outcome).toBe("done");
    expect((await nightly(world, policyOf())).outcome).toBe("nothing-to-do");
  });

  test("count from the start after a person has gone on, even in vain", async () => {
    const world = await stuck();
    expect((await attempt(world, { resume: true }, { policy: SUNDAYS })).outcome).toBe("halted");
    world.group.heal("i-3");
    expect((await nightly(world)).outcome).toBe("done");
    expect(world.of("run.resumed").at(-1)).toMatchObject({ attempt: 1 });
  });

  test("are counted over runs that were taken back, too", async () => {
    const world = fleet();
    world.tfe.busy.add("i-1");
    for (let week = 1; week <= 3; week++) {
      world.after(5 * HOUR, () => world.tfe.busy.delete("i-1"));
      expect((await nightly(world)).outcome).toBe("failed");
      world.tfe.busy.add("i-1");
      await world.clock.sleep(Date.UTC(2026, 10, 22 + 7 * week, 2) - world.clock.now());
    }
    const acts = [...world.acts];
    expect(await nightly(world)).toMatchObject({ outcome: "gave-up", runId: null });
    expect(world.acts).toEqual(acts);
    expect(await world.store.list()).toHaveLength(3);
    // An up-to-date fleet is no reason to call anybody.
    world.images = world.images.slice(0, 1);
    expect((await nightly(world)).outcome).toBe("nothing-to-do");
  });
});
