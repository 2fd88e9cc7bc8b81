import { parseCalendar } from "../../orchestration/domain/window/calendar";
import { DEFAULT_POLICY, type Policy } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

jest.setTimeout(60_000);

// The world's clock begins on a Sunday, 2026-11-22 02:00 UTC.
const MINUTE = 60_000;
const within = (...windows: string[]): Policy => ({ ...DEFAULT_POLICY, calendar: parseCalendar(windows, []) });
const NOW = [{ id: "window", because: "the database must not wait" }];
const outages = (world: World): readonly string[] => world.acts.filter((act) => act.startsWith("capacity 0"));

describe("a maintenance window", () => {
  test("that is open and long enough lets a run begin, and says until when", async () => {
    const world = new World({ release: 619 });
    const policy = within("Sun 01:00-06:00 UTC");
    expect((await attempt(world, { release: 636 }, { policy })).outcome).toBe("done");
    expect(world.told).toContain("✓ the window is open until 2026-11-22 06:00 UTC");
  });

  test.each([
    [
      "is not open",
      "Mon 01:00-06:00 UTC",
      "outside every window (Mon 01:00-06:00 UTC); the next window opens 2026-11-23 01:00 UTC",
    ],
    [
      "closes before a run would end, by what is assumed without a history",
      "daily 01:00-04:00 UTC",
      "the window closes at 2026-11-22 04:00 UTC, in 2h 0m; 2h 40m are needed; the next window opens 2026-11-23 01:00 UTC",
    ],
  ])("that %s lets nobody begin, and nothing is touched", async (_, window, words) => {
    const world = new World({ release: 619 });
    const finished = await attempt(world, { release: 636 }, { policy: within(window) });
    expect(finished.outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([{ code: "PREFLIGHT_FAILED", detail: `window: ${words}` }]);
    expect(world.acts).toEqual([]);
    expect(await world.store.list()).toEqual([]);
  });

  test("is measured against what earlier runs took", async () => {
    const world = new World({ release: 619 });
    await attempt(world, { release: 636 });
    // It took a quarter of an hour, and as much is left; a release that migrates is allowed half an hour more.
    const policy = within("daily 02:00-02:40 UTC");
    expect((await attempt(world, { release: 641, image: "ami-b" }, { policy })).outcome).toBe("blocked");
    expect(world.of("run.failed")[0]?.detail).toMatch(/in 2\dm; 4\dm are needed/);
    expect((await attempt(world, { release: 636, image: "ami-b" }, { policy })).outcome).toBe("done");
  });

  test("can be gone past by name, with a reason that stands in the journal", async () => {
    const world = new World();
    const policy = within("Mon 01:00-06:00 UTC");
    expect((await attempt(world, {}, { policy, overrides: NOW })).outcome).toBe("done");
    const [run] = await world.store.list();
    const used = (await world.store.journal(run?.runId ?? "")).filter(({ event }) => event === "override.used");
    expect(used).toMatchObject([{ id: "window", because: "the database must not wait" }]);
  });
});

describe("an outage", () => {
  const policy = within("Sun 01:00-06:00 UTC");

  test("is not begun where the drain took so long that the rest no longer fits; the nodes are held, and answer", async () => {
    const world = new World({ release: 619 });
    world.tfe.busy.add("i-2");
    world.after(150 * MINUTE, () => world.tfe.busy.delete("i-2"));
    expect((await attempt(world, { release: 636 }, { policy })).outcome).toBe("halted");
    expect(world.of("run.failed").at(-1)).toMatchObject({ step: "scaleToZero", code: "WINDOW_CLOSING" });
    expect(outages(world)).toEqual([]);
    expect(world.group.alive()).toHaveLength(2);
    expect(world.violations).toEqual([]);
    // In the next window the same command goes on.
    await world.clock.sleep(7 * 24 * 3_600_000 - 3 * 3_600_000);
    expect((await attempt(world, { release: 636 }, { policy })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  test("is begun all the same where the operator says so, once and for all", async () => {
    const world = new World({ release: 619 });
    world.tfe.busy.add("i-2");
    world.after(150 * MINUTE, () => world.tfe.busy.delete("i-2"));
    const finished = await attempt(world, { release: 636 }, { policy, overrides: NOW });
    expect(finished.outcome).toBe("done");
    expect(world.of("override.used")).toHaveLength(1);
  });

  test("that was begun is finished, however late it is", async () => {
    const world = new World({ release: 619 });
    world.once("one.launched", ({ instanceId }) => world.group.sicken(instanceId));
    expect((await attempt(world, { release: 636 }, { policy })).outcome).toBe("halted");
    await world.clock.sleep(24 * 3_600_000);
    world.group.heal("i-3");
    expect((await attempt(world, { release: 636 }, { policy })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });
});
