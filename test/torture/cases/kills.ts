import { type Case, Failure } from "../case";
import { demandConverged, demandEnd, describeEnd, persist, reach, upgrade, type Wish } from "../course";
import {
  capacityIs,
  engineAtWork,
  engineChanging,
  fenceIsOpen,
  fenceIsUp,
  inPhase,
  type Moment,
  nodesAreGone,
  nodesGo,
  templateIsThere,
  told,
} from "../moments";
import type { Victim } from "../operator";

/** Updates of an upgrade in their order. */
const [STAGE, ZERO, ONE, OUT] = [1, 2, 3, 4] as const;

/** Every moment after which the world or the journal is another, and some in between. */
const MOMENTS: readonly (() => Moment)[] = [
  () => told("plan.made"),
  () => told("check.made"),
  () => told("step.started", { holding: { step: "claim" } }),
  () => told("run.started"),
  () => told("step.started", { holding: { step: "fence" } }),
  () => told("fence.found"),
  () => fenceIsUp,
  () => told("step.finished", { holding: { step: "fence" } }),
  () => told("step.started", { holding: { step: "stage" }, afterMs: 400 }),
  () => told("stage.built"),
  () => told("drain.started"),
  () => told("progress", { holding: { step: "drain" }, nth: 2 }),
  () => told("drain.proven"),
  () => told("drain.started", { nth: 2, afterMs: 150 }),
  () => told("drain.proven", { nth: 2 }),
  () => told("backup.mark"),
  () => told("step.started", { holding: { step: "scaleToZero" }, afterMs: 700 }),
  () => told("zero.asked"),
  () => told("outage.began"),
  () => nodesGo,
  () => told("zero.leaving"),
  () => nodesAreGone,
  () => told("zero.reached"),
  () => told("step.started", { holding: { step: "scaleToOne" } }),
  () => told("one.asked"),
  () => told("one.launched"),
  () => inPhase("booting"),
  () => inPhase("installing"),
  () => inPhase("migrating"),
  () => inPhase("starting"),
  () => told("node.started"),
  () => told("gate.observed", { holding: { greens: "1" } }),
  () => told("gate.observed", { holding: { greens: "2" } }),
  () => told("gate.passed"),
  () => told("step.started", { holding: { step: "scaleOut" } }),
  () => inPhase("installing", 2),
  () => inPhase("starting", 2),
  () => told("node.started", { nth: 2 }),
  () => told("gate.passed", { nth: 2 }),
  () => told("step.started", { holding: { step: "verify" }, afterMs: 500 }),
  () => fenceIsOpen,
  () => told("fence.restored"),
  () => told("step.finished", { holding: { step: "verify" } }),
];

/** Within the engine's updates: there it matters who is struck. */
const WITHIN_UPDATES: readonly (() => Moment)[] = [
  ...[STAGE, ZERO, ONE, OUT].flatMap((update) => [
    () => engineAtWork(update),
    () => engineAtWork(update, 500),
    () => engineChanging(update),
  ]),
  () => templateIsThere,
  () => capacityIs(0),
  () => capacityIs(1),
  () => capacityIs(2, 2),
];

export const ALL_MOMENTS: readonly (() => Moment)[] = [...MOMENTS, ...WITHIN_UPDATES];

export const KILLS: readonly Case[] = [
  ...MOMENTS.map((moment) => kill(moment, "orchestrator")),
  ...(["orchestrator", "everything"] as const).flatMap((victim) =>
    WITHIN_UPDATES.map((moment) => kill(moment, victim)),
  ),
  ...[STAGE, ZERO, ONE, OUT].map((update) => killEngine(() => engineChanging(update))),
  ...[
    () => told("progress", { holding: { step: "drain" }, nth: 2 }),
    () => engineAtWork(ZERO, 300),
    () => engineChanging(ONE),
    () => inPhase("migrating"),
  ].map(interrupt),
];

/** For courses that lead on to a release by way of another. */
export const killsOnTheWay = (far: string): readonly Case[] => [
  onTheWayTo(far, () => told("stage.built", { nth: 2 })),
  onTheWayTo(far, () => told("zero.asked", { nth: 2, afterMs: 900 })),
];

/** Struck at the moment; the same command, given again once, goes on to the end. `of`: what is special about the command. */
export function kill(moment: () => Moment, victim: Victim, wish: Wish = (estate) => upgrade(estate), of = ""): Case {
  return {
    name: `${of}kill ${victim} at ${moment().name}`,
    async play(estate) {
      const operator = estate.start(...wish(estate));
      await reach(moment(), estate, operator);
      await operator.kill(victim);
      await operator.ended;
      await persist(estate, wish(estate));
      await demandConverged(estate);
      return "converged";
    },
  };
}

/** The engine alone is struck: its orchestrator gives the update again by itself. */
function killEngine(moment: () => Moment): Case {
  return {
    name: `kill engine at ${moment().name}`,
    async play(estate) {
      const operator = estate.start(...upgrade(estate));
      await reach(moment(), estate, operator);
      await operator.kill("engine");
      const end = await operator.ended;
      if (end.exitCode !== 0) throw new Failure(`it did not go on by itself: ${describeEnd(end)}`);
      await demandConverged(estate);
      return "converged";
    },
  };
}

/** What Ctrl-C does: the orchestrator ends by itself, with exit 130, and the same command goes on. */
function interrupt(moment: () => Moment): Case {
  return {
    name: `interrupt at ${moment().name}`,
    async play(estate) {
      const operator = estate.start(...upgrade(estate));
      await reach(moment(), estate, operator);
      operator.signal("SIGINT");
      demandEnd(await operator.ended, 130, /^INTERRUPTED: /);
      await persist(estate, upgrade(estate));
      await demandConverged(estate);
      return "converged";
    },
  };
}

/** A way of several hops: struck in a later one. */
function onTheWayTo(release: string, moment: () => Moment): Case {
  return {
    name: `kill everything on the way to ${release} at ${moment().name}`,
    limitSeconds: 480,
    async play(estate) {
      const operator = estate.start(...upgrade(estate, release));
      await reach(moment(), estate, operator);
      await operator.kill("everything");
      await persist(estate, upgrade(estate, release));
      await demandConverged(estate, release);
      return "converged";
    },
  };
}
