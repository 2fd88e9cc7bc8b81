/** A rollout on AWS besides its interpreter: what goes in, what the history means, what a build says. */
import { RESUMABLE, STATES } from "../../infra/rollout/contract";
import { rolloutDefinition } from "../../infra/rollout/definition";
import type { StackEnd } from "../../orchestration/domain/rollout/events";
import { foldRollout } from "../../orchestration/domain/rollout/state";
import { parseCalendar } from "../../orchestration/domain/window/calendar";
import type { EngineEvent } from "../../orchestration/ports/account/rolloutEngine";
import { isBuildSuccess, lookInBuild, readEnd, repaveInBuild } from "../../orchestration/rollout/engine/build";
import { tellHistory } from "../../orchestration/rollout/engine/history";
import { expectedEvents, inputOf, planOf as planOfInput } from "../../orchestration/rollout/engine/input";
import { DONE, FakeCommands, HALTED, planOf, seen, wave } from "./fakes";

const FACTS = { file: "r.yaml", startedBy: "ann@here", projectOf: (stack: string) => `tfe-${stack}-job` };
const PLAN = planOf([
  wave(1, ["a", "b"], { concurrency: 2, soakMs: 7_200_000 }),
  wave(2, ["c"], { approval: "person", holds: [], soakMs: 90_000 }),
]);

describe("the input of an execution", () => {
  it("is the rollout in the words that the builds are called with", () => {
    expect(inputOf(PLAN, FACTS)).toMatchObject({
      name: "r",
      repave: "rollout repave --release 642 --windows stop",
      waves: [
        {
          stacks: [
            { stack: "a", project: "tfe-a-job" },
            { stack: "b", project: "tfe-b-job" },
          ],
          look: "rollout look --holds healthy no-run-on-hold",
          looks: [0, 1_800, 1_800, 1_800, 1_800],
        },
        { look: "", looks: [0, 90] },
      ],
    });
    const patch = { name: "p", image: "latest", windows: "wait", waves: [wave(1, ["a"])] } as const;
    expect(inputOf(patch, FACTS)).toMatchObject({
      repave: "rollout repave --image latest --windows wait",
      waves: [{ looks: [0] }],
    });
  });

  it("says all that the file says: the plan can be read from it", () => {
    expect(planOfInput(inputOf(PLAN, FACTS))).toEqual(PLAN);
    expect(planOfInput(JSON.parse(JSON.stringify(inputOf(PLAN, FACTS))) as never)).toEqual(PLAN);
  });

  it.each([30, 90, 600, 1_199, 1_200, 3_601, 86_400, 1_209_600])("looks over %d seconds add up to them", (seconds) => {
    const [only] = inputOf(planOf([wave(1, ["a"], { soakMs: seconds * 1000 })]), FACTS).waves;
    expect(only?.looks.reduce((sum, each) => sum + each, 0)).toBe(seconds);
    expect(only?.looks.length).toBeLessThanOrEqual(5);
  });
});

it.each([
  [10, 1, 809],
  [50, 3, 3_841],
  [200, 10, 15_173],
])("the events of %d stacks are as many as were counted on the interpreter", (stacks, waves, events) => {
  const names = Array.from({ length: stacks }, (_, index) => `s${index}`);
  const plan = planOf(
    Array.from({ length: waves }, (_, index) =>
      wave(index + 1, names.slice(index * 20, (index + 1) * 20), { concurrency: 20, soakMs: 3_600_000 }),
    ),
  );
  expect(expectedEvents(inputOf(plan, FACTS))).toBe(events);
});

describe("the history of an execution", () => {
  const started: EngineEvent = { kind: "started", at: 1_000, data: inputOf(PLAN, FACTS) };
  const entered = (state: string, data: object): EngineEvent => ({ kind: "entered", at: 2_000, state, data });
  const [one] = inputOf(PLAN, FACTS).waves;
  const begun = [started, entered(STATES.wave, one ?? {}), entered(STATES.repave, { stack: "a" })];

  it("of one that was stopped says who stopped it, and leaves open how its builds end", () => {
    const { entries } = tellHistory([
      ...begun,
      { kind: "aborted", at: 3_000, error: "Aborted", cause: "aborted by bob" },
    ]);
    expect(entries.at(-1)).toEqual({
      event: "rollout.finished",
      outcome: "stopped",
      by: "aborted",
      because: "aborted by bob",
      at: 3_000,
      stacks: [
        { stack: "a", wave: 1, outcome: "unknown", release: null, outageSeconds: null },
        { stack: "b", wave: 1, outcome: "not-started", release: null, outageSeconds: null },
        { stack: "c", wave: 2, outcome: "not-started", release: null, outageSeconds: null },
      ],
    });
  });

  it("of one whose approval nobody gave or declined says so; one that could not ask has failed", () => {
    const asking = [
      ...begun,
      entered(STATES.approval, { number: 2 }),
      { kind: "asked", at: 2_000, token: "t" } as const,
    ];
    const last = (error: string): unknown =>
      tellHistory([...asking, { kind: "failed", at: 3_000, error, cause: "x" }]).entries.at(-1);
    expect(tellHistory(asking).asked).toEqual({ wave: 2, token: "t" });
    expect(last("States.Timeout")).toMatchObject({
      outcome: "stopped",
      because: "nobody approved wave 2 (w2) in time",
    });
    expect(last("SNS.AuthorizationErrorException")).toMatchObject({
      outcome: "failed",
      because: "SNS.AuthorizationErrorException: x",
    });
  });

  it.each<[string, object]>([
    ["by itself", { ExportedEnvironmentVariables: [{ Name: "TFE_REPAVE_END", Value: JSON.stringify(HALTED) }] }],
    [
      "in an object",
      { Build: { ExportedEnvironmentVariables: [{ Name: "TFE_REPAVE_END", Value: JSON.stringify(HALTED) }] } },
    ],
  ])("takes the end of a failed build from the error, which has it %s", (_, build) => {
    const error = { Error: "States.TaskFailed", Cause: JSON.stringify(build) };
    const state = foldRollout(tellHistory([...begun, entered(STATES.failed, { stack: "a", error })]).entries);
    expect(state?.waves[0]?.stacks[0]?.end).toMatchObject(HALTED);
  });

  it("never takes a failed build for a stack that is there", () => {
    const build = { ExportedEnvironmentVariables: [{ Name: "TFE_REPAVE_END", Value: JSON.stringify(DONE) }] };
    const error = { Error: "States.TaskFailed", Cause: JSON.stringify(build) };
    const state = foldRollout(tellHistory([...begun, entered(STATES.failed, { stack: "a", error })]).entries);
    expect(state?.waves[0]?.stacks[0]?.end?.outcome).toBe("unknown");
  });

  it("is refused where it is none of a rollout", () => {
    expect(() => tellHistory([{ kind: "started", at: 0, data: { waves: [] } }])).toThrow(
      "was not started by `rollout start`",
    );
    expect(() => tellHistory([])).toThrow("was not started by");
  });
});

describe("a build", () => {
  const SUNDAY = Date.parse("2026-11-29T03:00:00Z");
  const { signal } = new AbortController();
  const repave = async (end: StackEnd, windows: "stop" | "wait", now = SUNDAY) => {
    const commands = new FakeCommands();
    commands.repaved = () => end;
    const calendar = () => parseCalendar(["Sun 02:00-06:00"], []);
    return repaveInBuild({ stack: "a", windows, calendar, now: () => now }, commands, {
      signal,
      tell: () => undefined,
    });
  };
  const CLOSED: StackEnd = { ...HALTED, outcome: "blocked", failedChecks: ["window"] };

  it("is tried again when the next window opens: the one that is open is too short", async () => {
    expect(await repave(CLOSED, "wait")).toMatchObject({ outcome: "not-now", again: "2026-12-06T02:00:00.000Z" });
    expect(await repave(CLOSED, "wait", SUNDAY - 86_400_000)).toMatchObject({ again: "2026-11-29T02:00:00.000Z" });
    // Never so soon that builds follow each other.
    expect(await repave(CLOSED, "wait", SUNDAY - 3_601_000)).toMatchObject({ again: "2026-11-29T02:04:59.000Z" });
  });

  it("does not wait where the rollout stops there, nor for anything else", async () => {
    for (const end of [
      await repave(CLOSED, "stop"),
      await repave({ ...CLOSED, failedChecks: ["window", "path"] }, "wait"),
    ]) {
      expect(end.outcome).toBe("blocked");
      expect(isBuildSuccess(end)).toBe(false);
    }
  });

  it("may be resumed where its run stopped at a safe point, and nowhere else", async () => {
    expect(await repave({ ...HALTED, outcome: "interrupted" }, "stop")).toMatchObject({ say: RESUMABLE });
    for (const outcome of ["halted", "failed", "unknown", "blocked", "aborted"] as const)
      expect(await repave({ ...HALTED, outcome }, "stop")).not.toHaveProperty("say");
  });

  it("says an end that can be read, and that fits into what the service shows of a failed build", async () => {
    const end = await repave(
      { ...HALTED, detail: "x".repeat(50_000), fleet: "y".repeat(50_000), next: "z".repeat(50_000) },
      "stop",
    );
    expect(JSON.stringify(end).length).toBeLessThan(4_000);
    expect(readEnd(JSON.parse(JSON.stringify(DONE)))).toEqual(DONE);
    expect(readEnd({ outcome: "splendid" })).toBeUndefined();
  });

  it("looks as a rollout from a laptop does", async () => {
    const commands = new FakeCommands();
    expect(await lookInBuild("a", ["healthy"], commands, signal)).toEqual({ holds: true });
    commands.looked = (stack) => seen(stack, { nodes: [] });
    expect(await lookInBuild("a", ["healthy"], commands, signal)).toEqual({ holds: false, detail: "it has no nodes" });
    expect(await lookInBuild("a", ["no-run-on-hold"], commands, signal)).toEqual({ holds: true });
  });
});

it("no state of a stack's iteration fails: that would cut off the stacks beside it", () => {
  interface Machine {
    readonly States: Readonly<
      Record<string, { readonly Type: string; readonly Catch?: unknown; readonly ItemProcessor?: Machine }>
    >;
  }
  const at = (machine: Machine, name: string): Machine => {
    const inner = machine.States[name]?.ItemProcessor;
    if (!inner) throw new Error(`no ${name}`);
    return inner;
  };
  const root = rolloutDefinition({
    partition: "aws",
    topicArn: "arn:aws:sns:eu-west-1:123456789012:t",
  }) as unknown as Machine;
  const stack = at(at(at(root, "Waves"), "Repave wave"), "Repave batch");
  for (const { Type, Catch } of Object.values(stack.States)) {
    expect(Type).not.toBe("Fail");
    if (Type === "Task") expect(Catch).toMatchObject([{ ErrorEquals: ["States.ALL"] }]);
  }
});
