import { ALWAYS, type Calendar, parseCalendar } from "../../orchestration/domain/window/calendar";
import { overview, type StackOverview } from "../../orchestration/run/overview";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

function overviewOf(world: World, calendar: Calendar = ALWAYS, isFileBehind = false): Promise<StackOverview> {
  const ports = world.ports();
  return overview(ports, { stack: "prod", now: ports.clock.now(), calendar, isBehind: () => isFileBehind });
}

describe("a stack, as its records tell of it", () => {
  it("has no release before its first run", async () => {
    expect(await overviewOf(new World())).toMatchObject({
      release: null,
      image: null,
      repavedAt: null,
      lastOutageSeconds: null,
      standing: { kind: "in service" },
    });
  });

  it("has the release of the newest run that was done, and its outage", async () => {
    const world = new World();
    const finished = await attempt(world);
    expect(await overviewOf(world, ALWAYS, true)).toMatchObject({
      release: finished.release,
      lastOutageSeconds: finished.outageSeconds,
      isFileBehind: true,
      standing: { kind: "in service" },
    });
  });

  it("keeps the release that it had while a run is on hold, and says so", async () => {
    const world = new World();
    world.once("one.launched", ({ instanceId }) => world.group.sicken(instanceId));
    const finished = await attempt(world);
    expect(finished.outcome).toBe("halted");
    const found = await overviewOf(world);
    expect(found.release).toBe(finished.from);
    expect(found.standing.kind).not.toBe("in service");
  });

  it("has its next window", async () => {
    const calendar = parseCalendar(["Sun 01:00-06:00"], []);
    // A Sunday, at two o'clock.
    expect((await overviewOf(new World(), calendar)).window).toBe("open until 2026-11-22 06:00 UTC");
    expect((await overviewOf(new World(), parseCalendar(["Mon 01:00-06:00"], []))).window).toBe("2026-11-23 01:00 UTC");
  });
});
