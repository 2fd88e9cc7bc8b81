import type { Case } from "../case";
import { demandConverged, persist, upgrade } from "../course";
import { awaitMoment } from "../moments";
import type { Victim } from "../operator";
import { pick, randomFrom } from "../random";
import { requestOf, RIDDEN } from "./faults";
import { ALL_MOMENTS } from "./kills";

const VICTIMS: readonly Victim[] = ["orchestrator", "everything", "engine"];
/** A kill, a fault that outlasts it, and a second kill: each may cost an attempt. */
const ATTEMPTS = 4;

/** A fault and two deaths, by chance: the same seed gives the same pairs. */
export function pairs(seed: number, count: number): readonly Case[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index): Case => {
    const fault = pick(random, RIDDEN);
    const deaths = [1, 2].map(() => ({ moment: pick(random, ALL_MOMENTS), victim: pick(random, VICTIMS) }));
    const words = deaths.map(({ moment, victim }) => `kill ${victim} at ${moment().name}`).join(", ");
    return {
      name: `pair ${index + 1} of seed ${seed}: fault ${fault}, ${words}`,
      limitSeconds: 400,
      async play(estate) {
        estate.addFaults([requestOf(fault)]);
        for (const { moment, victim } of deaths) {
          const operator = estate.start(...upgrade(estate));
          // It may be over before: the fault, or the first death, can have taken the run past the moment.
          if (await awaitMoment(moment(), estate, operator)) await operator.kill(victim);
          await operator.ended;
        }
        await persist(estate, upgrade(estate), ATTEMPTS);
        await demandConverged(estate);
        return "converged";
      },
    };
  });
}
