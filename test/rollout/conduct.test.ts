import { RepaveError } from "../../orchestration/domain/errors";
import type { RolloutEvent, RolloutFinished } from "../../orchestration/domain/rollout/events";
import type { RolloutPlan } from "../../orchestration/domain/rollout/model";
import { foldRollout, hasActed } from "../../orchestration/domain/rollout/state";
import { finishedLines } from "../../orchestration/domain/rollout/words";
import { conduct } from "../../orchestration/rollout/conduct";
import type { RolloutOptions } from "../../orchestration/rollout/options";
import { FakeClock } from "../fakes/clock";
import { DONE, FakeCommands, HALTED, MemoryRollouts, planOf, seen, wave } from "./fakes";

let store: MemoryRollouts;
let commands: FakeCommands;
let told: RolloutEvent[];
let asked: string[];
let answer: boolean;
let interrupt: AbortController;
let ids: number;

beforeEach(() => {
  store = new MemoryRollouts();
  commands = new FakeCommands();
  [told, asked, answer, interrupt, ids] = [[], [], true, new AbortController(), 0];
});

function rollout(plan: RolloutPlan, more: Partial<RolloutOptions> = {}): Promise<RolloutFinished> {
  const clock = new FakeClock();
  return conduct(plan, {
    store,
    commands,
    clock,
    now: () => clock.now(),
    prompt: {
      confirm: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    },
    approvals: { all: false, waves: [], canAsk: true },
    reporter: { emit: (event) => void told.push(event) },
    operator: "ann@here",
    newId: () => `rollout-${(ids += 1)}`,
    signal: interrupt.signal,
    ...more,
  });
}

const repaves = (): readonly string[] => commands.calls.filter((call) => !call.startsWith("?"));
const outcomes = ({ stacks }: RolloutFinished) => stacks.map(({ stack, outcome }) => `${stack} ${outcome}`);
const THREE = planOf([wave(1, ["a"]), wave(2, ["b"]), wave(3, ["c"])]);

/** What a process that is killed while it writes this entry leaves. */
async function killedAt(plan: RolloutPlan, event: RolloutEvent["event"], stack?: string): Promise<void> {
  let dead = false;
  store.onAppend = (entry) => {
    dead ||= entry.event === event && (stack === undefined || ("stack" in entry && entry.stack === stack));
    if (dead) throw new Error("killed");
  };
  await expect(rollout(plan)).rejects.toThrow("killed");
  store.onAppend = () => undefined;
  commands.calls.length = 0;
}

describe("waves", () => {
  it("come one after the other, each after the last stack of the one before has been looked at", async () => {
    const finished = await rollout(THREE);
    expect(commands.calls).toEqual(["+a", "-a", "?a", "+b", "-b", "?b", "+c", "-c", "?c"]);
    expect(finished).toEqual({
      event: "rollout.finished",
      outcome: "done",
      stacks: ["a", "b", "c"].map((stack, index) => ({
        stack,
        wave: index + 1,
        outcome: "done",
        release: DONE.release,
        outageSeconds: 60,
      })),
    });
    expect(told.at(-1)).toEqual(finished);
  });

  it.each([1, 2, 3])("have at most %d stacks under way, and all of them in the end", async (concurrency) => {
    await rollout(planOf([wave(1, ["a", "b", "c", "d"], { concurrency }), wave(2, ["e"])]));
    expect(commands.most).toBe(concurrency);
    expect([...repaves()].sort()).toEqual(["+a", "+b", "+c", "+d", "+e", "-a", "-b", "-c", "-d", "-e"]);
    expect(commands.calls.indexOf("+e")).toBeGreaterThan(commands.calls.indexOf("-d"));
  });

  it("take a stack that runs the build already for done", async () => {
    commands.repaved = () => ({ ...DONE, outcome: "nothing-to-do", outageSeconds: 0 });
    expect((await rollout(THREE)).outcome).toBe("done");
  });
});

describe("a stack that fails", () => {
  beforeEach(() => (commands.repaved = (stack) => (stack === "b" ? HALTED : DONE)));

  it("stops every later wave, and the end says what is where", async () => {
    const finished = await rollout(THREE);
    expect(repaves()).toEqual(["+a", "-a", "+b", "-b"]);
    expect(finished).toMatchObject({ outcome: "failed", because: "b: halted (GATE_TIMEOUT), i-1 did not pass" });
    expect(outcomes(finished)).toEqual(["a done", "b halted", "c not-started"]);
    const state = foldRollout((await store.newest())?.entries ?? []);
    expect(state && finishedLines(finished, state, "r.yaml")).toEqual([
      "Rollout r failed: b: halted (GATE_TIMEOUT), i-1 did not pass",
      "  wave 1 (w1): done",
      "    a: done, outage 1m 0s",
      "  wave 2 (w2): stopped",
      "    b: on hold, outage 1m 30s: i-1 did not pass (GATE_TIMEOUT)",
      "      fleet: on hold",
      "  wave 3 (w3): not started",
      "    c: not started",
      "1 stack not started. Fix the cause, then continue with: npm run rollout -- r.yaml",
    ]);
  });

  it("starts no other stack of its wave, and those under way are waited for", async () => {
    const plan = planOf([wave(1, ["a", "b", "c", "d", "e"], { concurrency: 2 })]);
    const finished = await rollout(plan);
    // a and b start together; c may have started while b was failing, d and e may not.
    expect(repaves()).not.toContain("+e");
    for (const call of repaves().filter((each) => each.startsWith("+")))
      expect(repaves()).toContain(call.replace("+", "-"));
    expect(finished.outcome).toBe("failed");
  });

  it("is tried again by the same command, which leaves alone what is done", async () => {
    await rollout(THREE);
    commands.calls.length = 0;
    commands.repaved = () => DONE;
    const finished = await rollout(THREE);
    expect(commands.calls).toEqual(["+b", "-b", "?b", "+c", "-c", "?c"]);
    expect(outcomes(finished)).toEqual(["a done", "b done", "c done"]);
    expect(store.kept.size).toBe(1);
  });

  it.each([
    "failed",
    "blocked",
    "halted",
    "declined",
    "interrupted",
    "not-now",
    "gave-up",
    "aborted",
    "unknown",
  ] as const)("is one that ends %s", async (outcome) => {
    commands.repaved = () => ({ ...DONE, outcome, release: null });
    const finished = await rollout(THREE);
    expect(finished.outcome).toBe("failed");
    expect(repaves()).toEqual(["+a", "-a"]);
  });

  it("changed nothing where it was refused", async () => {
    commands.repaved = () => ({
      outcome: "blocked",
      runId: null,
      release: null,
      outageSeconds: null,
      code: "LEASE_HELD",
    });
    await rollout(THREE);
    const state = foldRollout((await store.newest())?.entries ?? []);
    expect(state && hasActed(state)).toBe(false);
    expect(repaves()).toEqual(["+a", "-a"]);
  });
});

describe("the soak", () => {
  it("looks at every stack of the wave until the time is over, and once after it", async () => {
    await rollout(planOf([wave(1, ["a", "b"], { soakMs: 120_000 }), wave(2, ["c"])]));
    const looks = commands.calls.slice(commands.calls.indexOf("-b") + 1, commands.calls.indexOf("+c"));
    // At 0, 30, 60, 90 and 120 seconds.
    expect(looks.filter((call) => call === "?a")).toHaveLength(5);
    expect(looks.filter((call) => call === "?b")).toHaveLength(5);
  });

  it.each([
    ["a node is not healthy", { nodes: [{ instanceId: "i-7", healthy: false }] }, "1 node is not healthy: i-7"],
    ["there is no node", { nodes: [] }, "it has no nodes"],
    ["the service is down", { standing: { ...seen("a").standing, downSince: 5 } }, "the service does not answer"],
    ["no node takes work", { standing: { ...seen("a").standing, takesWork: false } }, "no node takes work"],
    [
      "a run is on hold",
      {
        standing: {
          ...seen("a").standing,
          acting: {
            kind: "on hold" as const,
            what: "run" as const,
            runId: "run-9",
            step: "gate",
            since: 0,
            operator: "bob@there",
            heardAt: null,
            silent: false,
            code: null,
            canAbort: false,
          },
        },
      },
      "run run-9 is on hold at gate",
    ],
  ])("stops the rollout where %s", async (_, more, detail) => {
    let looks = 0;
    commands.looked = (stack) => seen(stack, (looks += 1) > 2 ? more : {});
    const finished = await rollout(planOf([wave(1, ["a"], { soakMs: 300_000 }), wave(2, ["b"])]));
    expect(finished).toMatchObject({ outcome: "failed", because: `a did not hold after its repave: ${detail}` });
    expect(repaves()).toEqual(["+a", "-a"]);
  });

  it("checks only what the file says", async () => {
    commands.looked = (stack) => seen(stack, { nodes: [] });
    expect((await rollout(planOf([wave(1, ["a"], { holds: ["no-run-on-hold"] })]))).outcome).toBe("done");
    commands.calls.length = 0;
    expect((await rollout(planOf([wave(1, ["a"], { holds: [] })]))).outcome).toBe("done");
    expect(commands.calls).not.toContain("?a");
  });

  it("forgives looks that cannot be made, and not the third in a row", async () => {
    let looks = 0;
    commands.looked = (stack) => {
      looks += 1;
      if (looks % 3 !== 0) throw new RepaveError("STACK_NOT_BUILT", stack);
      return seen(stack);
    };
    expect((await rollout(planOf([wave(1, ["a"], { soakMs: 60_000 })]))).outcome).toBe("done");
    commands.looked = (stack) => {
      throw new RepaveError("STACK_NOT_BUILT", stack);
    };
    const finished = await rollout(planOf([wave(1, ["a"]), wave(2, ["b"])]));
    expect(finished).toMatchObject({ outcome: "failed" });
    expect(finished.because).toContain("it cannot be observed");
  });

  it("starts anew when it was interrupted, and a wave that soaked is not looked at again", async () => {
    const plan = planOf([wave(1, ["a"], { soakMs: 60_000 }), wave(2, ["b"], { soakMs: 60_000 })]);
    await killedAt(plan, "rollout.soak.passed");
    const finished = await rollout(plan);
    expect(repaves()).toEqual(["+b", "-b"]);
    expect(commands.calls.filter((call) => call === "?a")).toHaveLength(3);
    expect(finished.outcome).toBe("done");
  });
});

describe("a person's approval", () => {
  const plan = planOf([wave(1, ["a"]), wave(2, ["b", "c"], { approval: "person" })]);

  it("is asked for before the wave, and recorded", async () => {
    const finished = await rollout(plan);
    expect(asked).toEqual(["Start wave 2 (w2: 2 stacks, b, c)?"]);
    expect(finished.outcome).toBe("done");
    expect(told).toContainEqual({ event: "rollout.wave.approved", wave: 2, by: "ann@here" });
  });

  it("that is refused stops the rollout before the wave; it is asked again next time", async () => {
    answer = false;
    const finished = await rollout(plan);
    expect(finished).toMatchObject({ outcome: "stopped", by: "declined", because: "wave 2 (w2) was not approved" });
    expect(repaves()).toEqual(["+a", "-a"]);
    answer = true;
    expect((await rollout(plan)).outcome).toBe("done");
    expect(asked).toHaveLength(2);
  });

  it("is not asked for twice", async () => {
    await killedAt(plan, "rollout.stack.started", "b");
    await rollout(plan);
    expect(asked).toHaveLength(1);
  });

  it("that nobody could give refuses the rollout before anything is done", async () => {
    await expect(rollout(plan, { approvals: { all: false, waves: [], canAsk: false } })).rejects.toMatchObject({
      code: "CONFIRMATION_NEEDED",
      next: expect.stringContaining("--approve w2") as string,
    });
    expect(commands.calls).toEqual([]);
    expect(store.kept.size).toBe(0);
    expect(store.held).toBe(false);
  });

  it.each([
    { all: true, waves: [], canAsk: false },
    { all: false, waves: ["w2"], canAsk: false },
    { all: false, waves: ["2"], canAsk: false },
  ])("is given on the command line: %j", async (approvals) => {
    expect((await rollout(plan, { approvals })).outcome).toBe("done");
    expect(asked).toEqual([]);
  });
});

describe("a rollout that was killed", () => {
  it("continues where it was: what had begun comes first, what is done is left alone", async () => {
    const plan = planOf([wave(1, ["a", "b", "c"]), wave(2, ["d"])]);
    await killedAt(plan, "rollout.stack.finished", "b");
    const finished = await rollout(plan);
    expect(repaves()).toEqual(["+b", "-b", "+c", "-c", "+d", "-d"]);
    expect(finished.outcome).toBe("done");
    expect(store.kept.size).toBe(1);
    expect(told.map(({ event }) => event)).toContain("rollout.resumed");
  });

  it("waits for the process that it left, which holds the lease", async () => {
    await killedAt(THREE, "rollout.stack.finished", "a");
    let tries = 0;
    const held = { ...DONE, outcome: "blocked", runId: null, code: "LEASE_HELD", detail: "run-1 of ann" } as const;
    commands.repaved = () => ((tries += 1) < 4 ? held : { ...DONE, outcome: "nothing-to-do" });
    const finished = await rollout(THREE);
    expect(finished.outcome).toBe("done");
    const waiting = told.filter(({ event }) => event === "rollout.stack.waiting");
    expect(waiting).toEqual([
      { event: "rollout.stack.waiting", wave: 1, stack: "a", why: "an earlier process still works on it" },
    ]);
  });

  it("does not wait for the run of somebody else", async () => {
    commands.repaved = () => ({ ...DONE, outcome: "blocked", code: "LEASE_HELD", detail: "run-1 of bob" });
    const finished = await rollout(THREE);
    expect(finished).toMatchObject({ outcome: "failed", because: "a: blocked (LEASE_HELD), run-1 of bob" });
    expect(repaves()).toEqual(["+a", "-a"]);
  });

  it("is refused where its file says something else now, and begins anew once it is over", async () => {
    await killedAt(THREE, "rollout.wave.started");
    const other = planOf([wave(1, ["a"])]);
    await expect(rollout(other)).rejects.toMatchObject({ code: "ROLLOUT_CHANGED" });
    expect(store.held).toBe(false);
    expect((await rollout(THREE)).outcome).toBe("done");
    expect((await rollout(other)).outcome).toBe("done");
    expect([...store.kept.keys()]).toEqual(["rollout-1", "rollout-2"]);
  });
});

describe("a rollout that is stopped", () => {
  it("by a signal asks what is under way to stop, starts nothing more, and is resumed", async () => {
    commands.repaved = (stack, signal) => {
      if (stack !== "b") return DONE;
      interrupt.abort(new RepaveError("INTERRUPTED", "stopped by a signal"));
      return { ...HALTED, outcome: signal.aborted ? "interrupted" : "done" };
    };
    const finished = await rollout(THREE);
    expect(finished).toMatchObject({ outcome: "interrupted" });
    expect(outcomes(finished)).toEqual(["a done", "b interrupted", "c not-started"]);
    interrupt = new AbortController();
    commands.repaved = () => DONE;
    expect((await rollout(THREE)).outcome).toBe("done");
  });

  it("by a signal while it soaks", async () => {
    commands.looked = (stack) => {
      interrupt.abort(new RepaveError("INTERRUPTED", "stopped by a signal"));
      return seen(stack);
    };
    expect((await rollout(planOf([wave(1, ["a"], { soakMs: 60_000 })]))).outcome).toBe("interrupted");
  });

  it("by `rollout abort` lets what is under way come to its end, and is over", async () => {
    commands.repaved = async () => {
      await store.askToStop("rollout-1", "bob@there");
      return DONE;
    };
    const finished = await rollout(THREE);
    expect(finished).toMatchObject({ outcome: "stopped", by: "aborted", because: "aborted by bob@there" });
    expect(outcomes(finished)).toEqual(["a done", "b not-started", "c not-started"]);
    commands.repaved = () => DONE;
    await rollout(THREE);
    expect([...store.kept.keys()]).toEqual(["rollout-1", "rollout-2"]);
  });
});

describe("a stack whose window is closed", () => {
  const closed = {
    ...DONE,
    outcome: "blocked",
    failedChecks: ["window"],
    detail: "opens on Sunday",
    release: null,
  } as const;

  it("stops the rollout", async () => {
    commands.repaved = () => closed;
    expect((await rollout(THREE)).outcome).toBe("failed");
    expect(repaves()).toEqual(["+a", "-a"]);
  });

  it("is waited for where the file says so, and only for that check", async () => {
    let tries = 0;
    commands.repaved = () => ((tries += 1) < 3 ? closed : DONE);
    const plan = planOf([wave(1, ["a"])], { windows: "wait" });
    expect((await rollout(plan)).outcome).toBe("done");
    expect(tries).toBe(3);
    commands.repaved = () => ({ ...closed, failedChecks: ["window", "disk"] });
    expect((await rollout(plan)).outcome).toBe("failed");
  });

  it("is no longer waited for once somebody stops the rollout", async () => {
    commands.repaved = () => {
      setImmediate(() => interrupt.abort(new RepaveError("INTERRUPTED", "stopped by a signal")));
      return closed;
    };
    const finished = await rollout(planOf([wave(1, ["a"])], { windows: "wait" }), {
      clock: {
        sleep: (_, signal) =>
          new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error))),
        now: () => 0,
        monotonic: () => 0,
      },
    });
    expect(finished.outcome).toBe("interrupted");
  });
});

it("a second process on the same file is refused", async () => {
  store.held = true;
  await expect(rollout(THREE)).rejects.toMatchObject({ code: "ROLLOUT_RUNNING" });
  expect(commands.calls).toEqual([]);
});
