/**
 * The state machine of rollouts on an interpreter that nobody here wrote (moto's, which comes from LocalStack), beside a rollout from a
 * laptop: with the same stacks, that behave alike, both do the same in the same order and say the same at their end.
 */
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { rolloutDefinition } from "../../infra/rollout/definition";
import { stepFunctions } from "../../orchestration/adapters/aws/rollouts/stepFunctions";
import type { RolloutEvent, RolloutFinished, StackEnd } from "../../orchestration/domain/rollout/events";
import type { Condition, RolloutPlan, Wave } from "../../orchestration/domain/rollout/model";
import { ALWAYS, type Calendar, parseCalendar } from "../../orchestration/domain/window/calendar";
import type { EngineEvent, Execution, RolloutEngine } from "../../orchestration/ports/account/rolloutEngine";
import { conduct } from "../../orchestration/rollout/conduct";
import { isBuildSuccess, lookInBuild, repaveInBuild } from "../../orchestration/rollout/engine/build";
import { tellHistory, type Told } from "../../orchestration/rollout/engine/history";
import { inputOf } from "../../orchestration/rollout/engine/input";
import { FakeClock } from "../fakes/clock";
import { DONE, FakeCommands, HALTED, MemoryRollouts, planOf, seen, wave } from "../rollout/fakes";
import { type BuildEnd, type Interpreter, interpreter } from "./interpreter";

const ENDPOINT = process.env["MOTO_URL"] ?? "";
const ACCESS = { region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

let machine: Interpreter;
let engine: RolloutEngine & { close(): void };
let commands: FakeCommands;
/** The service's own words of builds that never said anything, by stack. */
let silent: Set<string>;
/** Stacks whose builds succeed and say nothing, as a job of an earlier version. */
let mute: Set<string>;
let calendar: Calendar;
let names = 0;

beforeAll(async () => {
  const sns = new SNSClient({ ...ACCESS, endpoint: ENDPOINT });
  const { TopicArn: topicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "rollouts" }));
  sns.destroy();
  machine = await interpreter(ENDPOINT, "rollouts", (call) => build(call.project, call.words));
  const machineArn = await machine.create("rollouts", rolloutDefinition({ partition: "aws", topicArn }));
  engine = stepFunctions({ ...ACCESS, endpoint: ENDPOINT, machineArn });
});
afterAll(async () => {
  engine.close();
  await machine.close();
});
beforeEach(() => {
  [commands, silent, mute, calendar] = [new FakeCommands(), new Set(), new Set(), ALWAYS];
});

/** A build: what the verbs that it calls do, over stacks whose answers the test decides. */
async function build(stack: string, words: string): Promise<BuildEnd> {
  const [, verb, ...rest] = words.split(" ");
  const { signal } = new AbortController();
  if (mute.has(stack)) return { succeeded: true, end: "" };
  if (silent.has(stack)) return { succeeded: false, end: "" };
  if (verb === "look") {
    const end = await lookInBuild(stack, rest.slice(1) as Condition[], commands, signal).catch(() => undefined);
    return end ? { succeeded: true, end } : { succeeded: false, end: "" };
  }
  const windows = rest.at(-1) as "stop" | "wait";
  const facts = { stack, windows, calendar: () => calendar, now: () => Date.now() };
  const end = await repaveInBuild(facts, commands, { signal, tell: () => undefined });
  // A window opens in days; here in a second.
  const again = end.again === undefined ? {} : { again: new Date(Date.now() + 1_000).toISOString() };
  return { succeeded: isBuildSuccess(end), end: { ...end, ...again } };
}

interface Ended extends Told {
  readonly events: readonly EngineEvent[];
  readonly finished: RolloutFinished;
}

async function begin(plan: RolloutPlan): Promise<Execution> {
  const name = `${plan.name}-20261128-000000-${(names += 1).toString(16).padStart(4, "0")}`;
  await engine.start(name, inputOf(plan, { file: "r.yaml", startedBy: "ann@here", projectOf: (stack) => stack }));
  const [execution] = await engine.executions(plan.name);
  if (execution?.name !== name) throw new Error(`not the newest: ${String(execution?.name)}`);
  return execution;
}

/** Waits until the execution says so. */
async function until<T>(
  execution: Execution,
  ask: (told: Told, events: readonly EngineEvent[]) => T | undefined,
): Promise<T> {
  for (;;) {
    const events = await engine.history(execution);
    const found = events.length === 0 ? undefined : ask(tellHistory(events), events);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const end = (execution: Execution): Promise<Ended> =>
  until(execution, (told, events) => {
    const finished = told.entries.at(-1);
    return finished?.event === "rollout.finished" ? { ...told, events, finished } : undefined;
  });

const onAws = async (plan: RolloutPlan): Promise<Ended> => end(await begin(plan));

/** The same from a laptop: with commands that behave alike. */
async function fromLaptop(
  plan: RolloutPlan,
  behave: (commands: FakeCommands) => void,
): Promise<{
  readonly finished: RolloutFinished;
  readonly told: readonly RolloutEvent[];
  readonly commands: FakeCommands;
}> {
  const own = new FakeCommands();
  behave(own);
  const clock = new FakeClock();
  const told: RolloutEvent[] = [];
  const finished = await conduct(plan, {
    store: new MemoryRollouts(),
    commands: own,
    clock,
    now: () => clock.now(),
    prompt: { confirm: () => Promise.resolve(true) },
    approvals: { all: true, waves: [], canAsk: true },
    reporter: { emit: (event) => void told.push(event) },
    operator: "ann@here",
    newId: () => "rollout-1",
    signal: new AbortController().signal,
  });
  return { finished, told, commands: own };
}

/** What both journals have; the service's has times of its own. */
const kept = (told: readonly (RolloutEvent & { readonly at?: number })[]): readonly object[] =>
  told
    .filter(({ event }) => !["rollout.stack.step", "rollout.note"].includes(event))
    .map((entry) => ({ ...entry, at: 0 }));

/** What is new of a wave: not that stacks of it end in some order. */
const repaves = ({ calls }: FakeCommands): readonly string[] => calls.filter((call) => call.startsWith("+"));

/** Everything in its order. The looks of one round are made side by side, and come in any. */
const inRounds = ({ calls }: FakeCommands): readonly string[] => {
  const looks = (call: string | undefined): boolean => call?.startsWith("?") === true;
  const rounds: string[][] = [];
  for (const call of calls)
    if (looks(call) && looks(rounds.at(-1)?.[0])) rounds.at(-1)?.push(call);
    else rounds.push([call]);
  return rounds.flatMap((round) => round.sort());
};

const named = (name: string, waves: readonly Wave[], more: Partial<RolloutPlan> = {}): RolloutPlan =>
  planOf(waves, { name, ...more });

const ends =
  (of: Readonly<Record<string, StackEnd>>) =>
  (stack: string): StackEnd =>
    of[stack] ?? DONE;

describe("beside a rollout from a laptop", () => {
  it.each<[name: string, waves: readonly Wave[], behave: (commands: FakeCommands) => void]>([
    ["all", [wave(1, ["a"]), wave(2, ["b", "c"]), wave(3, ["d"])], () => undefined],
    ["second", [wave(1, ["a"]), wave(2, ["b", "c"]), wave(3, ["d"])], (its) => (its.repaved = ends({ b: HALTED }))],
    [
      "there",
      [wave(1, ["a"]), wave(2, ["b"])],
      (its) => (its.repaved = ends({ a: { ...DONE, outcome: "nothing-to-do", outageSeconds: null } })),
    ],
    [
      "unhealthy",
      [wave(1, ["a"]), wave(2, ["b"])],
      (its) => (its.looked = (stack) => seen(stack, { nodes: [{ instanceId: "i-1", healthy: stack !== "a" }] })),
    ],
    ["unwatched", [wave(1, ["a"], { holds: [] }), wave(2, ["b"])], (its) => (its.repaved = ends({ b: HALTED }))],
  ])("%s: the same order, the same end, the same journal", async (name, waves, behave) => {
    const plan = named(name, waves);
    behave(commands);
    const [aws, laptop] = [await onAws(plan), await fromLaptop(plan, behave)];
    expect(aws.finished).toEqual({ ...laptop.finished, at: expect.any(Number) as number });
    expect(kept(aws.entries)).toEqual(kept(laptop.told));
    expect(inRounds(commands)).toEqual(inRounds(laptop.commands));
    expect(aws.plan).toEqual(plan);
  });
});

it("repaves as many stacks at a time as the wave may; after a failure those come to their end, and no other starts", async () => {
  commands.repaved = async (stack) => {
    // Both are under way; then the one that fails is through first.
    while (repaves(commands).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    if (stack !== "b") await new Promise((resolve) => setTimeout(resolve, 500));
    return ends({ b: HALTED })(stack);
  };
  const { finished } = await onAws(
    named("batches", [wave(1, ["a", "b", "c", "d", "e"], { concurrency: 2 }), wave(2, ["f"])]),
  );
  expect([...repaves(commands)].sort()).toEqual(["+a", "+b"]);
  expect(commands.most).toBe(2);
  expect(finished.because).toBe("b: halted (GATE_TIMEOUT), i-1 did not pass");
  expect(finished.stacks.map(({ outcome }) => outcome)).toEqual([
    "done",
    "halted",
    ...Array<string>(4).fill("not-started"),
  ]);
});

describe("a build", () => {
  it("whose run stopped for want of time is resumed, twice at most", async () => {
    const interrupted: StackEnd = { ...HALTED, outcome: "interrupted", code: "INTERRUPTED" };
    let left = 2;
    commands.repaved = (stack) =>
      stack === "a" && (left -= 1) >= 0 ? interrupted : stack === "b" ? interrupted : DONE;
    const { finished } = await onAws(named("resumed", [wave(1, ["a"]), wave(2, ["b"])]));
    expect(repaves(commands)).toEqual(["+a", "+a", "+a", "+b", "+b", "+b"]);
    expect(finished.stacks.map(({ outcome }) => outcome)).toEqual(["done", "interrupted"]);
  });

  it("waits for the stack's window, as its file has it", async () => {
    const closed: StackEnd = { ...HALTED, outcome: "blocked", failedChecks: ["window"], detail: "opens at two" };
    const answers = [closed];
    commands.repaved = () => answers.shift() ?? DONE;
    calendar = parseCalendar(["Sun 02:00-06:00"], []);
    const waits = await onAws(named("windows", [wave(1, ["a"])], { windows: "wait" }));
    expect(repaves(commands)).toEqual(["+a", "+a"]);
    expect(waits.entries).toContainEqual(
      expect.objectContaining({
        event: "rollout.stack.waiting",
        stack: "a",
        why: "its maintenance window is closed: opens at two",
      }),
    );
    expect(waits.finished.outcome).toBe("done");
    // Told to stop there, it does not wait.
    commands.repaved = () => closed;
    const stops = await onAws(named("closed", [wave(1, ["a"])]));
    expect(stops.finished).toMatchObject({ outcome: "failed", because: "a: blocked (GATE_TIMEOUT), opens at two" });
  });

  it("that succeeds without a word has done something else: its stack is not there", async () => {
    mute.add("a");
    const { finished, entries } = await onAws(named("mute", [wave(1, ["a"]), wave(2, ["b"])]));
    expect(entries.map(({ event }) => event)).not.toContain("rollout.soak.started");
    expect(finished).toMatchObject({ outcome: "failed", because: "a: unknown, its build ended without a result" });
  });

  it("that ends without a word fails its stack, and says which build it was", async () => {
    silent.add("a");
    const { finished, entries } = await onAws(named("silent", [wave(1, ["a"]), wave(2, ["b"])]));
    expect(finished).toMatchObject({ outcome: "failed", because: expect.stringContaining("a: unknown") as string });
    expect(entries).toContainEqual(
      expect.objectContaining({
        event: "rollout.stack.finished",
        stack: "a",
        detail: "CodeBuild.BuildFailed: its build a:1 ended as FAILED",
      }),
    );
  });
});

it("a look that cannot be made three times in a row is one that does not hold", async () => {
  let looks = 0;
  commands.looked = () => {
    looks += 1;
    throw new Error("no answer");
  };
  const { finished } = await onAws(named("blind", [wave(1, ["a"]), wave(2, ["b"])]));
  expect(looks).toBe(3);
  expect(finished).toMatchObject({
    outcome: "failed",
    because: expect.stringContaining("a did not hold after its repave: it cannot be observed") as string,
  });
});

describe("a wave that a person must approve", () => {
  const plan = (name: string) => named(name, [wave(1, ["a"]), wave(2, ["b"], { approval: "person" })]);
  const asked = (execution: Execution) => until(execution, (told) => told.asked);

  it("waits, and starts when somebody agrees, who is on record", async () => {
    const execution = await begin(plan("approved"));
    const { wave: number, token } = await asked(execution);
    expect(number).toBe(2);
    expect(repaves(commands)).toEqual(["+a"]);
    await engine.approve(token, "bob@there");
    const { finished, entries } = await end(execution);
    expect(finished.outcome).toBe("done");
    expect(entries).toContainEqual(
      expect.objectContaining({ event: "rollout.wave.approved", wave: 2, by: "bob@there" }),
    );
    // An answer counts once.
    await expect(engine.approve(token, "eve@there")).rejects.toThrow();
  });

  it("ends the rollout when somebody declines", async () => {
    const execution = await begin(plan("declined"));
    await engine.decline((await asked(execution)).token, "declined by bob@there");
    const { finished } = await end(execution);
    expect(finished).toMatchObject({ outcome: "stopped", by: "declined", because: "wave 2 (w2) was not approved" });
    expect(repaves(commands)).toEqual(["+a"]);
  });
});

it("says that there is no state machine where there is none", async () => {
  const absent = stepFunctions({
    ...ACCESS,
    endpoint: ENDPOINT,
    machineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:none",
  });
  await expect(absent.start("x", {})).rejects.toMatchObject({ code: "ROLLOUT_NOT_BUILT" });
  absent.close();
});
