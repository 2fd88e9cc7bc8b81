import type { Case } from "../case";
import { demandConverged, demandEnd, demandTakenBack, persist, reach, upgrade } from "../course";
import { capacityIs, engineAtWork, engineChanging, type Moment, nodesGo, told } from "../moments";
import type { Victim } from "../operator";

const ABORT = ["abort"] as const;

/** Where the upgrade stood that is taken back. */
const DRAINED_ONE = (): Moment => told("drain.proven");
const AT_ZERO = (): Moment => told("zero.reached");

const IN_ABORT: readonly (readonly [() => Moment, Victim])[] = [
  [() => told("abort.asked"), "orchestrator"],
  [() => engineAtWork(1), "everything"],
  [() => engineChanging(1), "orchestrator"],
  [() => told("drain.proven"), "orchestrator"],
  [() => told("node.restarting"), "orchestrator"],
  [() => told("gate.observed", { holding: { greens: "1" } }), "everything"],
  [() => told("gate.passed"), "orchestrator"],
  [() => told("fence.restored"), "orchestrator"],
];

export const ABORTS: readonly Case[] = [
  ...IN_ABORT.map(([moment, victim]) => aborted(DRAINED_ONE, moment, victim)),
  aborted(AT_ZERO, () => engineAtWork(1, 600), "everything"),
  aborted(AT_ZERO, () => capacityIs(2), "orchestrator"),
  {
    name: "abort while the old nodes go, then upgrade after all",
    async play(estate) {
      const operator = estate.start(...upgrade(estate));
      await reach(nodesGo, estate, operator);
      await operator.kill("everything");
      await persist(estate, ABORT);
      await demandTakenBack(estate);
      await persist(estate, upgrade(estate));
      await demandConverged(estate);
      return "converged";
    },
  },
  {
    name: "abort past the point of no return",
    async play(estate) {
      const operator = estate.start(...upgrade(estate));
      await reach(told("one.asked"), estate, operator);
      await operator.kill("orchestrator");
      demandEnd(await estate.run(...ABORT), 3, /^POINT_OF_NO_RETURN: /);
      await persist(estate, upgrade(estate));
      await demandConverged(estate);
      return "converged";
    },
  },
];

function aborted(from: () => Moment, moment: () => Moment, victim: Victim): Case {
  return {
    name: `abort after ${from().name}: kill ${victim} at ${moment().name}`,
    async play(estate) {
      const first = estate.start(...upgrade(estate));
      await reach(from(), estate, first);
      await first.kill("orchestrator");
      const abort = estate.start(...ABORT);
      await reach(moment(), estate, abort);
      await abort.kill(victim);
      await abort.ended;
      await persist(estate, ABORT);
      await demandTakenBack(estate);
      return "converged";
    },
  };
}
