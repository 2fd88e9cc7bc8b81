import type { EstateName } from "../../lab/estates";
import { demand, Failure, Missed } from "./case";
import type { CaseLab } from "./lab";
import type { Ended, Operator } from "./operator";
import { awaitMoment, type Moment } from "./moments";
import { shortcomings } from "./shortcomings";

/** What is done to the fleet of an estate: releases in the words of the command line. */
export interface Course {
  readonly estate: EstateName;
  /** The lab begins with it. */
  readonly from: string;
  /** One hop from there. */
  readonly release: string;
  /** One hop from there as well: what another operator asks for. */
  readonly other: string;
  /** Two hops from there; undefined: no path of this estate has two. */
  readonly far: string | undefined;
  /** Key of the stack file that holds the release. */
  readonly key: string;
  /** Its nodes run a container. */
  readonly runsContainers: boolean;
}

export const COURSES = {
  default: {
    estate: "default",
    from: "610",
    release: "642",
    other: "652",
    far: "692",
    key: "releaseSequence",
    runsContainers: false,
  },
  fdo: {
    estate: "fdo",
    from: "v202503-1",
    release: "2.0.5",
    other: "1.2.2",
    far: undefined,
    key: "imageTag",
    runsContainers: true,
  },
} as const satisfies Partial<Record<EstateName, Course>>;

/** A command that an operator gives to the estate. */
export type Wish = (estate: CaseLab) => readonly string[];

/** The words that ask for a release; default: the one that the course leads to. */
export const upgrade = ({ course }: CaseLab, release: string = course.release): readonly string[] => [
  "upgrade",
  "--release",
  release,
];

/** How a command ended, in a few words. */
export const describeEnd = ({ exitCode, finished, reason }: Ended): string =>
  [`exit ${exitCode ?? "by a signal"}`, finished?.outcome, reason].filter(Boolean).join(", ");

/** Waits for the moment in the command's course. Throws where it ended before: `Missed` where it ended well. */
export async function reach(moment: Moment, estate: CaseLab, operator: Operator): Promise<void> {
  if (await awaitMoment(moment, estate, operator)) return;
  const ended = await operator.ended;
  const why = `"${moment.name}" never came: ${describeEnd(ended)}`;
  throw ended.finished?.outcome === "done" ? new Missed(why) : new Failure(why);
}

/** Gives the command until it ends well, no more often than so. Throws with every end that it came to. */
export async function persist(estate: CaseLab, args: readonly string[], attempts = 1): Promise<Ended> {
  const ends: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const end = await estate.run(...args);
    if (end.exitCode === 0) return end;
    ends.push(describeEnd(end));
  }
  throw new Failure(`${args.join(" ")} did not end well: ${ends.join(" | ")}`);
}

/** The command must end like this. */
export function demandEnd(end: Ended, exitCode: number, reason: RegExp): void {
  if (end.exitCode !== exitCode || !reason.test(end.reason))
    throw new Failure(`ended with ${describeEnd(end)} instead of exit ${exitCode}, ${String(reason)}`);
}

/** The world is as a repave leaves it, and another one has nothing to do. */
export async function demandConverged(estate: CaseLab, release: string = estate.course.release): Promise<void> {
  demand(await shortcomings(estate, release));
  const again = await estate.run(...upgrade(estate, release));
  if (again.exitCode !== 0 || again.finished?.outcome !== "nothing-to-do")
    throw new Failure(`one more run found something to do: ${describeEnd(again)}`);
}

/** The run was taken back: the fleet is on the release that it had, and there is nothing left to take back. */
export async function demandTakenBack(estate: CaseLab): Promise<void> {
  demand(await shortcomings(estate, estate.course.from));
  demandEnd(await estate.run("abort"), 3, /^NOTHING_TO_RESUME: /);
}
