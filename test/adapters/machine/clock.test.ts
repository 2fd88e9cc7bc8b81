import { CLOCK_ENV } from "../../../infra/runs/clockScale";
import { systemClock } from "../../../orchestration/adapters/machine/clock";

const scaled = (speed: number, ahead = 0): NodeJS.ProcessEnv => ({
  [CLOCK_ENV]: JSON.stringify({ speed, realOrigin: Date.now(), labOrigin: Date.now() + ahead }),
});

describe("systemClock", () => {
  it("shows the machine's time where nothing else is said", () => {
    const clock = systemClock({});
    const before = Date.now();
    const shown = clock.now();
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(shown).toBeLessThanOrEqual(Date.now());
  });

  it("starts a scaled clock at its own origin and runs at its speed", async () => {
    const clock = systemClock(scaled(1000, 3_600_000));
    expect(clock.now() - Date.now()).toBeGreaterThanOrEqual(3_600_000 - 1);
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    await clock.sleep(20_000);
    expect(clock.now() - now).toBeGreaterThanOrEqual(18_000);
    expect(clock.monotonic() - monotonic).toBeGreaterThanOrEqual(18_000);
  });

  it("sleeps real time divided by the speed", async () => {
    const start = performance.now();
    await systemClock(scaled(1000)).sleep(30_000);
    const took = performance.now() - start;
    expect(took).toBeGreaterThanOrEqual(28);
    expect(took).toBeLessThan(1000);
  });

  it("gives two processes with one scale the same time", () => {
    const env = scaled(30);
    expect(Math.abs(systemClock(env).now() - systemClock(env).now())).toBeLessThan(300);
  });

  it("rejects at once with the reason of a signal that was aborted before", async () => {
    const reason = new Error("stopped by the operator");
    await expect(systemClock({}).sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("rejects with the signal's reason when it aborts during the sleep", async () => {
    const controller = new AbortController();
    const asleep = systemClock({}).sleep(60_000, controller.signal);
    const reason = new Error("stopped by the operator");
    controller.abort(reason);
    await expect(asleep).rejects.toBe(reason);
  });

  it.each(["fast", "{}", '{"speed":0,"realOrigin":1,"labOrigin":1}'])("refuses a scale it cannot read: %s", (text) => {
    expect(() => systemClock({ [CLOCK_ENV]: text })).toThrow(CLOCK_ENV);
  });
});
