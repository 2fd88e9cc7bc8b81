import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { recordedStack } from "../../orchestration/adapters/pulumi/recordedStack";
import { reportPage } from "../../orchestration/adapters/page/reportPage";
import { SEQUENCE_KEYS } from "../../orchestration/dialects/replicated/sequences";
import { RepaveError } from "../../orchestration/domain/errors";
import type { RunEvent, RunFinished } from "../../orchestration/domain/events";
import { markdownReport } from "../../orchestration/domain/report/markdown";
import { leftByOperation } from "../../orchestration/operations/fence";
import type { Ports } from "../../orchestration/run/context";
import { historyOf } from "../../orchestration/run/history";
import { forecast, readRuns } from "../../orchestration/run/pastRuns";
import type { Run } from "../../orchestration/run/run";
import { findUnfinished } from "../../orchestration/run/unfinished";
import { BRISK } from "../fakes/machine";
import { World } from "../fakes/world";
import { attempt, call, LEASE_RUNS_OUT_MS, takeBack } from "../support/attempt";
import { randomFrom } from "../torture/random";
import { EVIL_IMAGE, mutate, type Random } from "./mutations";
import type { Shape } from "./shapes";

/** Where the run was when its store fell into other hands; undefined: it had ended. */
const MOMENTS: readonly (RunEvent["event"] | undefined)[] = [
  undefined,
  "fence.raised",
  "drain.started",
  "drain.proven",
  "zero.asked",
  "zero.reached",
  "one.launched",
  "gate.passed",
].map((moment) => moment as RunEvent["event"] | undefined);

/** What somebody does afterwards. */
const VERBS = ["upgrade", "upgrade", "resume", "further", "schedule", "abort"] as const;

/** One case in words, for whoever has to find out what went wrong. */
export interface CaseResult {
  readonly wrong: readonly string[];
  readonly outcome: string;
}

/** A process on the world whose runs are in this store. */
function processOn(world: World, shape: Shape): { readonly ports: Ports; begin(run: Run): void } {
  let run: Run | undefined;
  const { store } = shape.open();
  const holder = (): Run | undefined => (run?.fencingSecret === undefined ? undefined : run);
  const recorded = recordedStack({ engine: world.stack, store, run: holder, now: () => world.clock.now() });
  return {
    ports: { ...world.ports(), store, stack: namedStack(recorded, SEQUENCE_KEYS) },
    begin: (begun) => (run = begun),
  };
}

/** Reads all that any verb reads. Throws nothing but a RepaveError of a known code. */
async function readEverything(shape: Shape, now: number, draws: boolean, wrong: string[]): Promise<void> {
  const { store, journals } = shape.open();
  const known = async (name: string, read: () => Promise<unknown>): Promise<void> => {
    try {
      await read();
    } catch (thrown) {
      if (!(thrown instanceof RepaveError) || thrown.code === "INTERNAL") wrong.push(`${name} threw ${String(thrown)}`);
    }
  };
  await known("status", () => findUnfinished(store));
  await known("status", () => store.lease());
  await known("sync", () => store.build());
  await known("status", () => leftByOperation(journals));
  await known("plan", () => forecast(store));
  await known("runs", async () => {
    const { runs } = await readRuns(store);
    const observed = { lease: await store.lease().catch(() => undefined), now };
    for (const { record, entries } of runs) historyOf(record, entries, observed);
    for (const { record: run, entries } of runs) {
      markdownReport(run, entries, observed);
      // Drawing it takes as long as all the rest.
      if (draws)
        await reportPage().render({ run, entries, heartbeat: await store.lease().catch(() => undefined), now });
    }
  });
}

/** Runs one case: a run that stops somewhere, its files spoilt, and then a verb, twice. */
export async function runCase(seed: number, shape: Shape): Promise<CaseResult> {
  const next = randomFrom(seed);
  const random: Random = { below: (limit) => Math.floor(next() * limit) };
  const wrong: string[] = [];
  shape.clear();
  const world = new World({ timings: BRISK });
  const moment = MOMENTS[random.below(MOMENTS.length)];
  const stop = new AbortController();
  if (moment !== undefined) world.once(moment, () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
  const release = random.below(4) === 0 ? 636 : 642;
  await attempt(world, { release }, { ...processOn(world, shape), signal: stop.signal });
  await world.clock.sleep(LEASE_RUNS_OUT_MS);
  const known = await told(shape);
  mutate(shape, random);
  const left = await told(shape);
  const forgotten = left !== undefined && known?.some((entry) => !left.includes(entry)) === true;
  await readEverything(shape, world.clock.now(), random.below(20) === 0, wrong);

  const outcomes: string[] = [];
  for (let again = 0; again < 3; again += 1) {
    const verb = VERBS[random.below(VERBS.length)] ?? "upgrade";
    try {
      outcomes.push(`${verb} ${(await act(verb, world, shape, release)).outcome}`);
    } catch (thrown) {
      wrong.push(`${verb} threw ${String(thrown)}`);
    }
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    if (random.below(3) > 0) await takeOutDamaged(shape);
  }
  // Only the journal says which nodes were drained. Whoever removes that, and lowers the lease's count of entries, makes the program forget.
  wrong.push(...world.violations.filter((violation) => !(forgotten && violation.startsWith("fenced: opened"))));
  const evil = world.group.machines.filter(({ build }) => build.image === EVIL_IMAGE);
  if (evil.length > 0) wrong.push(`${evil.length} nodes were built from ${EVIL_IMAGE}`);
  if (world.stack.written.image === EVIL_IMAGE) wrong.push(`${EVIL_IMAGE} was written into the stack file`);
  const internal = world.of("run.failed").filter(({ code }) => code === "INTERNAL");
  wrong.push(...internal.map(({ step, detail }) => `INTERNAL at ${step}: ${detail}`));
  return { wrong: [...new Set(wrong)], outcome: outcomes.join(", ") };
}

/** The entries of the newest run, if it is unfinished. Undefined: it cannot be read, or is known to have lost its end. */
async function told(shape: Shape): Promise<readonly string[] | undefined> {
  try {
    const run = await findUnfinished(shape.open().store);
    return (run?.entries ?? []).map((entry) => JSON.stringify(entry));
  } catch {
    return undefined;
  }
}

/** What the messages tell a person to do: sets runs aside, and removes what is damaged of lease and build. */
async function takeOutDamaged(shape: Shape): Promise<void> {
  const { store } = shape.open();
  const damaged = (read: Promise<unknown>): Promise<boolean> =>
    read.then(
      () => false,
      () => true,
    );
  const { unreadable } = await readRuns(store);
  for (const { runId } of unreadable)
    for (const name of shape.names()) if (name.startsWith(`${runId}/`)) shape.remove(name);
  if (await damaged(store.lease())) shape.remove("lease.json");
  if (await damaged(store.build())) shape.remove("build.json");
  if (!/^(\d{1,15}\s*|\{.*\}\s*)$/.test(shape.names().includes("lease.token") ? shape.read("lease.token") : "1"))
    shape.remove("lease.token");
}

/** A person at the terminal agrees to everything but an image that only the store names. */
const says = (question: string): Promise<boolean> => Promise.resolve(!question.includes("Only the run store names"));

function act(verb: (typeof VERBS)[number], world: World, shape: Shape, release: number): Promise<RunFinished> {
  const circumstances = { ...processOn(world, shape), says };
  switch (verb) {
    case "upgrade":
      return attempt(world, { release }, circumstances);
    case "further":
      return attempt(world, { release: 692 }, circumstances);
    case "resume":
      return attempt(world, { resume: true }, circumstances);
    case "schedule":
      return call(world, { patch: true, latest: true }, { ...circumstances, says: () => Promise.resolve(true) });
    case "abort":
      return takeBack(world, circumstances);
  }
}
