import { stackCommands } from "../../../orchestration/adapters/machine/stackCommands";
import type { StackProgress } from "../../../orchestration/ports/rollout";
import type { Release } from "../../../orchestration/domain/release";

/** A program that prints these lines and then ends as it is told. */
const program = (lines: readonly (object | string)[], end = "process.exitCode = 0"): readonly string[] => [
  process.execPath,
  "-e",
  `for (const line of ${JSON.stringify(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))))}) console.log(line); ${end}`,
  "--",
];

const commands = (words: readonly string[]) =>
  stackCommands({ program: words, extra: (stack) => (stack === "lab" ? ["--speed", "60"] : []), env: process.env });

const GOAL = { release: "v202207-2" as Release, image: "latest" };
const FINISHED = {
  event: "run.finished",
  outcome: "done",
  runId: "run-1",
  release: 642,
  outageSeconds: 61.5,
  nodes: [{ release: 642 }, { release: 642 }],
};

async function repave(words: readonly string[]) {
  const told: StackProgress[] = [];
  const end = await commands(words).repave("lab", GOAL, {
    signal: new AbortController().signal,
    tell: (progress) => void told.push(progress),
  });
  return { end, told };
}

describe("a run in a process of its own", () => {
  it("is the verb with its options, and its lines are read", async () => {
    const { end, told } = await repave(
      program([
        { event: "note", text: "hello" },
        "not JSON",
        { event: "run.started", runId: "run-1" },
        { event: "step.started", step: "drain", title: "let every node finish" },
        { event: "outage.began", at: "now" },
        { event: "outage.ended", at: "now" },
        FINISHED,
      ]),
    );
    expect(end).toEqual({ outcome: "done", runId: "run-1", release: "v202207-2", outageSeconds: 61.5 });
    expect(told).toEqual([
      { kind: "step", step: "drain", title: "let every node finish" },
      { kind: "outage", began: true },
      { kind: "outage", began: false },
    ]);
  });

  it.each([
    [GOAL, "upgrade --release 642 --latest --yes --stack lab --json --speed 60"],
    [{ release: GOAL.release }, "upgrade --release 642 --yes --stack lab --json --speed 60"],
    [{ image: "latest" }, "patch --latest --yes --stack lab --json --speed 60"],
    [{ image: "ami-1" }, "patch --image ami-1 --yes --stack lab --json --speed 60"],
  ])("has the words of its goal: %j", async (goal, words) => {
    const echo = [
      process.execPath,
      "-e",
      "console.log(JSON.stringify({event: 'error', code: 'USAGE', detail: process.argv.slice(1).join(' ')})); process.exit(2)",
      "--",
    ];
    const end = await commands(echo).repave("lab", goal, {
      signal: new AbortController().signal,
      tell: () => undefined,
    });
    expect(end).toMatchObject({ outcome: "blocked", code: "USAGE", detail: words });
  });

  it("that was refused says by which checks, and changed nothing", async () => {
    const { end } = await repave(
      program([
        { event: "check.made", id: "disk", ok: true, observed: "enough" },
        { event: "check.made", id: "window", ok: false, observed: "opens on Sunday" },
        { event: "check.made", id: "later", ok: true, skipped: true, observed: "not made" },
        { event: "run.failed", step: "preflight", code: "PREFLIGHT_FAILED", detail: "window", fleet: "unchanged" },
        { ...FINISHED, outcome: "blocked", runId: null, outageSeconds: null, nodes: [] },
      ]),
    );
    expect(end).toMatchObject({
      outcome: "blocked",
      release: null,
      failedChecks: ["window"],
      detail: "opens on Sunday",
      fleet: "unchanged",
    });
  });

  it("that halted says what every node runs, only where all run the same", async () => {
    const failed = {
      event: "run.failed",
      step: "gate",
      code: "GATE_TIMEOUT",
      detail: "i-1",
      fleet: "held",
      next: "look",
    };
    const halted = { ...FINISHED, outcome: "halted" };
    const { end } = await repave(program([{ event: "run.resumed", runId: "run-1" }, failed, halted]));
    expect(end).toMatchObject({ outcome: "halted", code: "GATE_TIMEOUT", detail: "i-1", fleet: "held", next: "look" });
    expect(end.release).toBe("v202207-2");
    const mixed = { ...halted, nodes: [{ release: 610 }, { release: 642 }] };
    expect((await repave(program([failed, mixed]))).end.release).toBeNull();
  });

  it("that died did not end in any known way", async () => {
    const { end } = await repave(
      program(
        [{ event: "run.started", runId: "run-1" }],
        "console.error('out of memory'); process.kill(process.pid, 'SIGKILL')",
      ),
    );
    expect(end).toMatchObject({ outcome: "unknown", runId: "run-1", release: null });
    expect(end.detail).toBe("its process was ended by SIGKILL: out of memory");
  });

  it("that had begun and then printed an error is not taken for one that was refused", async () => {
    const error = { event: "error", code: "INTERNAL", detail: "a defect" };
    const { end } = await repave(program([{ event: "run.started", runId: "run-1" }, error], "process.exitCode = 3"));
    expect(end).toMatchObject({ outcome: "unknown", detail: "a defect" });
  });

  it("is asked to stop, and waited for", async () => {
    const stop = new AbortController();
    const words = program(
      [{ event: "step.started", step: "drain", title: "t" }],
      `process.on("SIGTERM", () => { console.log(${JSON.stringify(JSON.stringify({ ...FINISHED, outcome: "interrupted" }))}); process.exit(130); }); setInterval(() => undefined, 1000)`,
    );
    // It says that it is there only once it would hear the signal.
    const loud = words.map((word, index) =>
      index === 2 ? word.replace("console.log(line);", "setTimeout(() => console.log(line), 50);") : word,
    );
    const end = await commands(loud).repave("lab", GOAL, { signal: stop.signal, tell: () => stop.abort() });
    expect(end).toMatchObject({ outcome: "interrupted", runId: "run-1" });
  });
});

describe("a look", () => {
  const signal = new AbortController().signal;
  const standing = {
    stack: "lab",
    at: 1,
    kind: "in service",
    takesWork: true,
    acting: null,
    drained: [],
    downSince: null,
    unreadable: [],
  };

  it("reads the state of the fleet", async () => {
    const node = { instanceId: "i-1", healthy: true, state: "running" };
    const seen = await commands(program([{ event: "status", standing, nodes: [node], group: {} }])).look("lab", signal);
    expect(seen).toEqual({ standing, nodes: [{ instanceId: "i-1", healthy: true }] });
  });

  it("fails where it cannot be made", async () => {
    const refused = program([{ event: "error", code: "STACK_NOT_BUILT", detail: "lab" }], "process.exitCode = 3");
    await expect(commands(refused).look("lab", signal)).rejects.toMatchObject({ code: "STACK_NOT_BUILT" });
    await expect(commands(program([], "process.exitCode = 1")).look("lab", signal)).rejects.toThrow(
      "ended with exit code 1",
    );
  });
});

describe("a forecast", () => {
  const signal = new AbortController().signal;

  it("has the plan, the checks and the times", async () => {
    const judged = {
      event: "plan.judged",
      failed: ["disk"],
      skipped: ["x"],
      expectedSeconds: 900,
      likelyOutageSeconds: 200,
      outageSeconds: 300,
    };
    const made = { event: "plan.made", text: ["a", "b"] };
    expect(await commands(program([made, judged], "process.exitCode = 3")).forecast("lab", GOAL, signal)).toEqual({
      lines: ["a", "b"],
      failed: ["disk"],
      skipped: ["x"],
      expectedSeconds: 900,
      likelyOutageSeconds: 200,
      outageSeconds: 300,
      isThere: false,
    });
  });

  it("says that nothing is to do, or why there is none", async () => {
    expect(await commands(program([])).forecast("lab", GOAL, signal)).toMatchObject({ isThere: true });
    const refused = program([{ event: "error", code: "STACK_UNKNOWN", detail: "no file" }], "process.exitCode = 2");
    expect(await commands(refused).forecast("lab", GOAL, signal)).toMatchObject({
      isThere: false,
      problem: "no file (STACK_UNKNOWN)",
    });
  });
});
