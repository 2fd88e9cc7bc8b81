import { RepaveError, type ErrorCode } from "../../orchestration/domain/errors";
import { waitFor, type Waiting } from "../../orchestration/run/wait";
import { FakeClock } from "../fakes/clock";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("waiting", () => {
  const clock = new FakeClock();
  const patience = (change: Partial<Waiting> = {}): Waiting => ({
    pollMs: 10 * SECOND,
    timeoutMs: MINUTE,
    signal: new AbortController().signal,
    late: () => new Error("too late"),
    ...change,
  });

  test("looks until there is something, with pauses in between", async () => {
    const begin = clock.now();
    let looks = 0;
    expect(await waitFor(clock, patience(), () => Promise.resolve((looks += 1) < 4 ? undefined : "there"))).toBe(
      "there",
    );
    expect(clock.now() - begin).toBe(30 * SECOND);
  });

  test("looks at least once, however short the patience", async () => {
    expect(await waitFor(clock, patience({ timeoutMs: 0 }), () => Promise.resolve("there"))).toBe("there");
  });

  test("ends when the patience ends, and not before", async () => {
    const begin = clock.now();
    await expect(waitFor(clock, patience(), () => Promise.resolve(undefined))).rejects.toThrow("too late");
    expect(clock.now() - begin).toBe(MINUTE);
  });

  test("does not count the time in which the machine slept", async () => {
    let looks = 0;
    const look = (): Promise<string | undefined> => {
      looks += 1;
      if (looks === 2) clock.suspend(8 * 3600 * SECOND);
      return Promise.resolve(looks < 5 ? undefined : "there");
    };
    expect(await waitFor(clock, patience(), look)).toBe("there");
  });

  test("is not ended by a look that could not be taken, as long as the next ones can", async () => {
    let looks = 0;
    const seen: string[] = [];
    const look = (): Promise<string | undefined> => {
      looks += 1;
      return looks % 2 === 1
        ? Promise.reject(new RepaveError("NODE_UNREACHABLE", `look ${looks}`))
        : Promise.resolve(looks < 6 ? undefined : "there");
    };
    const waiting = patience({
      timeoutMs: 10 * MINUTE,
      blindMs: 15 * SECOND,
      blind: ({ detail }) => void seen.push(detail),
    });
    expect(await waitFor(clock, waiting, look)).toBe("there");
    expect(seen).toEqual(["look 1", "look 3", "look 5"]);
  });

  test("ends with what keeps it from looking, when that goes on too long", async () => {
    const begin = clock.now();
    const waiting = patience({ timeoutMs: 60 * MINUTE, blindMs: 30 * SECOND });
    const look = (): Promise<undefined> => Promise.reject(new RepaveError("NODE_UNREACHABLE", "i-1"));
    await expect(waitFor(clock, waiting, look)).rejects.toMatchObject({ code: "NODE_UNREACHABLE" });
    expect(clock.now() - begin).toBe(30 * SECOND);
  });

  test("ends at once with what does not pass by itself", async () => {
    const begin = clock.now();
    const look = (): Promise<undefined> => Promise.reject(new RepaveError("WRONG_RELEASE", "i-1"));
    await expect(waitFor(clock, patience({ blindMs: MINUTE }), look)).rejects.toMatchObject({ code: "WRONG_RELEASE" });
    expect(clock.now()).toBe(begin);
  });

  test("ends with the reason of its signal", async () => {
    const stop = new AbortController();
    const waiting = waitFor(clock, patience({ signal: stop.signal }), () => Promise.resolve(undefined));
    stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal"));
    await expect(waiting).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

describe("what passes by itself is waited out", () => {
  /** `describe` of the fleet fails with this error from the first drain on, for so long. */
  async function failingFor(code: ErrorCode, ms: number): Promise<World> {
    const world = new World();
    const ports = world.ports();
    let fails = false;
    world.once("drain.started", () => {
      fails = true;
      world.after(ms, () => (fails = false));
    });
    const fleet = {
      ...ports.fleet,
      describe: () => (fails ? Promise.reject(new RepaveError(code, "DescribeInstances")) : ports.fleet.describe()),
    };
    await attempt(world, {}, { ports: { ...ports, fleet } });
    return world;
  }

  it.each<{ code: ErrorCode; ms: number; says: string }>([
    {
      code: "AWS_CALL_FAILED",
      ms: 10 * MINUTE,
      says: "AWS throttles the calls or fails; retrying (DescribeInstances)",
    },
    { code: "AWS_UNREACHABLE", ms: 10 * MINUTE, says: "AWS cannot be reached; retrying (DescribeInstances)" },
    {
      code: "CREDENTIALS_INVALID",
      ms: 3 * 60 * MINUTE,
      says: "AWS rejected the credentials. Renew them; this run waits (DescribeInstances)",
    },
  ])("$code: the run says so once, waits, and goes on", async ({ code, ms, says }) => {
    const world = await failingFor(code, ms);
    expect(world.of("run.finished").at(-1)?.outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.of("warning").map(({ text }) => text)).toEqual([says]);
    expect(world.told).toContain("it works again; going on");
  });

  it.each<{ code: ErrorCode; ms: number }>([
    { code: "AWS_CALL_FAILED", ms: 30 * MINUTE },
    { code: "AWS_REFUSED", ms: SECOND },
  ])("$code for $ms ms is not, and the same command goes on", async ({ code, ms }) => {
    const world = await failingFor(code, ms);
    expect(world.of("run.failed")).toMatchObject([{ step: "drain", code }]);
    expect(world.acts.filter((act) => act.startsWith("terminate"))).toEqual([]);
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });
});
