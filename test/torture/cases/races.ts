import { type Case, demand, Failure } from "../case";
import { demandConverged, demandEnd, describeEnd, persist, reach, upgrade, type Wish } from "../course";
import type { CaseLab } from "../lab";
import { engineAtWork, inPhase, type Moment, told } from "../moments";
import type { Ended } from "../operator";

const UPGRADE: Wish = (estate) => upgrade(estate);
const OTHER: Wish = (estate) => upgrade(estate, estate.course.other);
const ABORT: Wish = () => ["abort"];

/** Who is told to go away learns whose run it is. */
const NAMES_THE_RUN = /^(LEASE_HELD|RUN_UNFINISHED): .*run run-\S+/;

export const RACES: readonly Case[] = [
  together("two operators with the same release at once", UPGRADE, UPGRADE),
  together("two operators with different releases at once", UPGRADE, OTHER),
  second("the same release while the first checks", () => told("check.made"), UPGRADE),
  second("the same release while the first drains", () => told("drain.started"), UPGRADE),
  second("another release while the first drains", () => told("drain.started"), OTHER),
  second("abort while the first drains", () => told("drain.started"), ABORT),
  second("abort while the first updates the stack", () => engineAtWork(1), ABORT),
  afterDeath("two operators go on with a dead one's run", UPGRADE, UPGRADE),
  afterDeath("one operator goes on with a dead one's run, one aborts it", UPGRADE, ABORT),
  frozen("in its drain", () => told("drain.started")),
  frozen("in the update to zero", () => engineAtWork(2)),
  frozen("at zero", () => told("zero.reached")),
  frozen("while the first node migrates", () => inPhase("migrating")),
  frozen("in the update to two", () => engineAtWork(4)),
  frozen("in its drain, until all is over", () => told("drain.started"), "the end"),
];

/** Whether the command got as far as acting on the fleet. */
const acted = ({ told: events }: Ended): boolean =>
  events.some(({ event }) => event === "run.started" || event === "run.resumed");

/** Exactly one acts and ends well; the other is told whose run it is, and has changed nothing. */
function demandOneActed(ends: readonly Ended[]): Ended {
  const [one, ...more] = ends.filter(acted);
  const said = ends.map(describeEnd).join(" | ");
  if (!one || more.length > 0) throw new Failure(`${more.length + (one ? 1 : 0)} operators acted: ${said}`);
  for (const end of ends) if (end !== one) demandEnd(end, 3, NAMES_THE_RUN);
  if (one.exitCode !== 0) throw new Failure(`who acted did not end well: ${said}`);
  return one;
}

/** The world must be as the one who acted says. */
async function demandOutcomeOf(estate: CaseLab, { finished }: Ended): Promise<void> {
  const release = finished?.outcome === "aborted" ? finished.from : finished?.release;
  if (finished?.outcome === "aborted") await persist(estate, upgrade(estate));
  await demandConverged(estate, finished?.outcome === "aborted" ? undefined : String(release));
}

function together(name: string, first: Wish, other: Wish): Case {
  return {
    name: `race: ${name}`,
    async play(estate) {
      const ends = await Promise.all([estate.run(...first(estate)), estate.run(...other(estate))]);
      await demandOutcomeOf(estate, demandOneActed(ends));
      return "converged";
    },
  };
}

function second(name: string, moment: () => Moment, other: Wish): Case {
  return {
    name: `race: ${name}`,
    async play(estate) {
      const first = estate.start(...upgrade(estate));
      await reach(moment(), estate, first);
      const ends = await Promise.all([first.ended, estate.run(...other(estate))]);
      await demandOutcomeOf(estate, demandOneActed(ends));
      return "converged";
    },
  };
}

function afterDeath(name: string, one: Wish, other: Wish): Case {
  return {
    name: `race: ${name}`,
    async play(estate) {
      const dead = estate.start(...upgrade(estate));
      await reach(told("drain.proven"), estate, dead);
      await dead.kill("everything");
      const ends = await Promise.all([estate.run(...one(estate)), estate.run(...other(estate))]);
      await demandOutcomeOf(estate, demandOneActed(ends));
      return "converged";
    },
  };
}

/** A process that sleeps past its lease (a closed lid) is overtaken; when it wakes it must not act any more. */
function frozen(where: string, moment: () => Moment, until: "taken over" | "the end" = "taken over"): Case {
  return {
    name: `race: an operator sleeps ${where}, and another goes on`,
    async play(estate) {
      const sleeper = estate.start(...upgrade(estate));
      await reach(moment(), estate, sleeper);
      sleeper.signal("SIGSTOP");
      const successor = estate.start(...upgrade(estate));
      if (until === "the end") await successor.ended;
      else await reach(told("run.resumed", { afterMs: 500 }), estate, successor);
      sleeper.signal("SIGCONT");
      const [overtaken, done] = await Promise.all([sleeper.ended, successor.ended]);
      if (done.exitCode !== 0) throw new Failure(`the successor did not end well: ${describeEnd(done)}`);
      demandEnd(overtaken, 4, /^LEASE_LOST: /);
      demand(actsAfterWaking(overtaken));
      await demandConverged(estate);
      return "converged";
    },
  };
}

/** Nothing durable may follow the loss. */
function actsAfterWaking({ told: events }: Ended): readonly string[] {
  const lost = events.findIndex(({ event }) => event === "run.failed");
  const after = events.slice(lost + 1).filter(({ event }) => event !== "run.finished" && event !== "note");
  return after.map(({ event }) => `the overtaken operator went on with ${event}`);
}
