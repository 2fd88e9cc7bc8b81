import { clearFaults, setFaults, checkFaults } from "../../../lab/faults";
import { faultDeeds } from "../../../lab/faults/course";
import { MOMENT_NAMES } from "../../../lab/faults/moments";
import type { Moment, RegionState } from "../../../lab/region/model";
import { createRegion } from "../../../lab/region/region";
import { estate, type LabEstate, estateOf, giveJob, GROUP, NO_JOBS, script } from "../estate";
import { add, DRAIN, faulty, NEW, newest, OLD, rewritten, theFault, toOne } from "./support";

/** A whole repave by hand, and the order in which moments came. */
function momentsOfARepave(): readonly Moment[] {
  const lab = faulty(MOMENT_NAMES.map((when) => ({ fault: "slow-answers", when })));
  lab.region.suspendProcesses(GROUP, ["Terminate", "Launch"]);
  lab.pass(1);
  lab.region.createDbSnapshot({ snapshotId: "s", instanceId: "tfe-lab" });
  lab.pass(1);
  giveJob(lab.region.state, lab.member(), 60);
  lab.run(lab.member(), DRAIN);
  lab.region.resumeProcesses(GROUP, undefined);
  lab.scale(0);
  lab.until(() => lab.region.state.instances.every(({ state }) => state === "terminated"));
  lab.pass(1);
  lab.pin(script(NEW));
  lab.pass(1);
  lab.scale(1);
  lab.until(() => newest(lab).node.phase === "started" && newest(lab).node.release === NEW);
  lab.scale(2);
  lab.pass(1);
  return [...lab.region.state.faults]
    .sort((one, other) => (one.cameAt ?? Infinity) - (other.cameAt ?? Infinity))
    .map(({ when }) => when);
}

describe("the moments", () => {
  test("each comes once in a repave, in this order", () => {
    expect(momentsOfARepave()).toEqual([
      "now",
      "fenced",
      "snapshot",
      "drain",
      "zero",
      "terminating",
      "empty",
      "staged",
      "launch",
      "migration",
      "started",
      "second-launch",
    ]);
  });

  test("what has passed when a fault is added is not its moment; what lasts still is", () => {
    const lab = faulty([]);
    lab.run(lab.member(), DRAIN);
    lab.region.suspendProcesses(GROUP, undefined);
    lab.pass(10);
    add(lab.region.state, { fault: "slow-answers", when: "drain" }, { fault: "slow-answers", when: "fenced" });
    lab.pass(10);
    expect(lab.region.state.faults.map(({ status }) => status)).toEqual(["waiting", "active"]);
    lab.run(lab.member(1), DRAIN);
    expect(lab.region.state.faults.map(({ status }) => status)).toEqual(["active", "active"]);
  });

  test("nodes of a stack that is only now built are the old ones", () => {
    const lab = estate({ count: 2, text: script(OLD), timings: NO_JOBS });
    add(lab.region.state, "never-healthy");
    lab.until(() => lab.members().length === 2 && lab.members().every(({ node }) => node.phase === "started"));
    expect(theFault(lab, "never-healthy")).toMatchObject({ status: "waiting", baseline: 1 });
    lab.region.suspendProcesses(GROUP, ["HealthCheck"]);
    toOne(lab);
    lab.pass(600);
    expect(newest(lab).node.phase).toBe("starting");
  });

  test("a group without a node has not been set to zero", () => {
    const lab = estate({ count: 0 });
    add(lab.region.state, "no-capacity");
    lab.pass(60);
    expect(theFault(lab, "no-capacity").status).toBe("waiting");
  });
});

describe("the course of a fault", () => {
  test("moment, delay, duration", () => {
    const lab = faulty([{ fault: "unavailable", when: "now", after: 30, for: 90 }]);
    const from = lab.region.state.now;
    lab.pass(29);
    expect(theFault(lab, "unavailable").status).toBe("due");
    lab.pass(1);
    expect(theFault(lab, "unavailable").status).toBe("active");
    lab.pass(89);
    expect(theFault(lab, "unavailable").status).toBe("active");
    lab.pass(1);
    expect(theFault(lab, "unavailable")).toMatchObject({
      status: "ended",
      cameAt: from,
      beganAt: from + 30_000,
      endedAt: from + 120_000,
    });
  });

  test("it goes the same way when the lab is stopped and started again in between, at any time", () => {
    const wishes = ["stuck-terminating", "wrong-release", "flapping", "processes-resumed", "drain-hangs"];
    const run = (restarted: boolean): RegionState => {
      let lab: LabEstate = faulty(wishes, { timings: {} });
      const passes = (seconds: number): void => {
        for (let passed = 0; passed < seconds; passed += 20) {
          lab.pass(20);
          if (restarted) lab = estateOf(createRegion({ faults: faultDeeds, state: rewritten(lab.region.state) }));
        }
      };
      lab.region.exec(lab.member().id, DRAIN);
      passes(300);
      lab.scale(0);
      passes(2400);
      lab.pin(script(NEW));
      lab.scale(1);
      passes(1200);
      expect(lab.region.state.faults.map(({ status, struck }) => status === "ended" && struck > 0)).toEqual(
        wishes.map(() => true),
      );
      return rewritten(lab.region.state);
    };
    expect(run(true)).toEqual(run(false));
  });

  test("a region without faults is none the wiser", () => {
    const run = (clear: boolean): string => {
      const lab = estate({ count: 2 });
      if (clear) clearFaults(lab.region.state);
      lab.pass(1000);
      return JSON.stringify(lab.region.state);
    };
    expect(run(true)).toBe(run(false));
  });

  test("taken back, it puts right what it would have put right at its end", () => {
    const lab = faulty(["flapping", "unavailable"]);
    const node = toOne(lab);
    lab.until(() => node.node.phase === "started");
    lab.pass(20);
    expect(node.node.phase).toBe("starting");
    clearFaults(lab.region.state);
    lab.pass(100);
    expect(node.node.phase).toBe("started");
    expect(lab.region.state.faults).toEqual([]);
  });

  test("the same wish is not added twice while it lasts; another one of its name is", () => {
    const { state } = faulty(["throttled", "throttled", { fault: "throttled", every: 2 }]).region;
    expect(state.faults.map(({ settings }) => settings["every"])).toEqual([3, 2]);
  });

  test("a list replaces what there was, and leaves alone what goes on", () => {
    const { region } = faulty(["throttled", "slow-answers"]);
    const [kept] = region.state.faults;
    setFaults(region.state, checkFaults(["throttled", "lost-response"]));
    expect(region.state.faults.map(({ name }) => name)).toEqual(["throttled", "lost-response"]);
    expect(region.state.faults[0]).toBe(kept);
    setFaults(region.state, []);
    expect(region.state.faults).toEqual([]);
  });
});
