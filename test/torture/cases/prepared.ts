import type { FaultName, FaultRequest } from "../../../lab/faults";
import { terminate } from "../../support/terminate";
import { type Case, Failure } from "../case";
import { demandConverged, demandEnd, demandTakenBack, persist, reach, upgrade, type Wish } from "../course";
import type { CaseLab } from "../lab";
import { engineAtWork, engineChanging, inPhase, type Moment, newNodes, told } from "../moments";
import { kill } from "./kills";

const OF = "prepared: ";
const ONE: Wish = (estate) => [...upgrade(estate), "--prewarm", "1"];
const TWO: Wish = (estate) => [...upgrade(estate), "--prewarm", "2"];
const ABORT = ["abort"] as const;

/** Updates of an upgrade in their order: the third moves the pin beside the start of the node. */
const [ZERO, PIN, OUT] = [2, 3, 4] as const;

/** Every moment in the life of a node that is prepared. */
const MOMENTS: readonly (() => Moment)[] = [
  () => told("step.started", { holding: { step: "prepare" } }),
  () => told("step.started", { holding: { step: "prepare" }, afterMs: 300 }),
  () => told("prepared.launched"),
  () => told("prepared.launched", { afterMs: 300 }),
  () => inPhase("booting"),
  () => inPhase("installing"),
  () => told("prepared.ready"),
  () => told("step.finished", { holding: { step: "prepare" } }),
  () => told("drain.started"),
  () => told("drain.proven", { nth: 2 }),
  () => told("zero.asked"),
  () => engineAtWork(ZERO, 300),
  () => told("zero.reached"),
  () => told("step.started", { holding: { step: "scaleToOne" } }),
  () => told("prepared.attached"),
  () => told("prepared.attached", { afterMs: 150 }),
  () => told("prepared.attached", { afterMs: 500 }),
  () => told("one.asked"),
  () => told("prepared.told"),
  () => told("prepared.told", { afterMs: 150 }),
  () => told("prepared.told", { afterMs: 500 }),
  () => told("one.launched"),
  () => engineAtWork(PIN),
  () => engineChanging(PIN),
  () => inPhase("migrating"),
  () => told("gate.passed"),
  () => engineAtWork(OUT),
];

/** The same of the second of two. */
const OF_THE_SECOND: readonly (() => Moment)[] = [
  () => told("prepared.launched", { nth: 2 }),
  () => told("prepared.ready", { nth: 2 }),
  () => told("prepared.attached", { nth: 2 }),
  () => told("prepared.told", { nth: 2 }),
  () => told("prepared.told", { nth: 2, afterMs: 300 }),
  () => told("gate.passed", { nth: 2 }),
];

/** When somebody ends the prepared node, and how many nodes die while they start by that. */
const ENDS: readonly (readonly [moment: () => Moment, starting: number])[] = [
  [() => told("prepared.launched"), 0],
  [() => inPhase("installing"), 0],
  [() => told("prepared.ready"), 0],
  [() => told("drain.proven"), 0],
  [() => told("drain.proven", { nth: 2 }), 0],
  [() => told("zero.asked"), 0],
  [() => told("zero.reached"), 0],
  [() => told("prepared.attached"), 0],
  [() => inPhase("migrating"), 1],
];

/** What the world does beside it, and the run rides out. */
const RIDDEN: readonly (FaultName | FaultRequest)[] = [
  "throttled",
  "unavailable",
  "lost-response",
  "slow-answers",
  "credentials-expired",
  "command-undelivered",
  "command-expires",
  "command-cut-off",
  "invocation-late",
  "agent-late",
  "node-unreachable",
  "target-late",
  "stale-zero",
  { fault: "drain-hangs", for: 1200 },
];

/** From where an operator takes it all back: nothing that was prepared may be left. */
const TAKEN_BACK: readonly (() => Moment)[] = [
  () => told("prepared.launched"),
  () => told("prepared.ready"),
  () => told("drain.proven"),
  () => told("zero.asked"),
  () => told("zero.reached"),
  () => told("prepared.attached"),
];

export const PREPARED: readonly Case[] = [
  ...MOMENTS.map((moment) => kill(moment, "orchestrator", ONE, OF)),
  ...[() => engineAtWork(ZERO), () => engineAtWork(PIN), () => engineChanging(PIN), () => told("prepared.told")].map(
    (moment) => kill(moment, "everything", ONE, OF),
  ),
  ...OF_THE_SECOND.map((moment) => kill(moment, "orchestrator", TWO, `${OF}two, `)),
  ...ENDS.map(([moment, starting]) => ended(moment, starting)),
  ...RIDDEN.map((fault) => ridden(typeof fault === "string" ? { fault } : fault, ONE, OF)),
  ...TAKEN_BACK.map((moment) => takenBack(moment, ONE, OF)),
];

/** Somebody ends the node in the console; the same command, given again where it stopped, comes to the end. */
function ended(moment: () => Moment, starting: number): Case {
  return {
    name: `${OF}somebody ends the node at ${moment().name}`,
    async play(estate) {
      estate.allow({ killedWhileBooting: starting });
      const operator = estate.start(...ONE(estate));
      await reach(moment(), estate, operator);
      await terminateNewest(estate);
      const end = await operator.ended;
      if (end.exitCode !== 0) {
        demandEnd(end, 4, /^(WORLD_CHANGED|NODE_UNREACHABLE): /);
        await persist(estate, ONE(estate));
      }
      await demandConverged(estate);
      return "converged";
    },
  };
}

async function terminateNewest({ env, state }: CaseLab): Promise<void> {
  const newest = newNodes(state).at(-1);
  if (!newest) throw new Failure("there is no prepared node");
  await terminate(env, newest.id);
}

/** What the world does beside it, and the run rides out. */
export function ridden(request: FaultRequest, wish: Wish, of: string): Case {
  return {
    name: `${of}fault ${request.fault}`,
    async play(estate) {
      estate.addFaults([request]);
      await persist(estate, wish(estate));
      await demandConverged(estate);
      return "converged";
    },
  };
}

/** An operator takes it all back: nothing that was prepared, and nothing that was stopped, may be left. */
export function takenBack(moment: () => Moment, wish: Wish, of: string): Case {
  return {
    name: `${of}abort after ${moment().name}`,
    async play(estate) {
      const operator = estate.start(...wish(estate));
      await reach(moment(), estate, operator);
      await operator.kill("orchestrator");
      await operator.ended;
      await persist(estate, ABORT);
      await demandTakenBack(estate);
      return "converged";
    },
  };
}
