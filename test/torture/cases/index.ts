import type { Case } from "../case";
import type { Course } from "../course";
import { ABORTS } from "./aborts";
import { faults } from "./faults";
import { KILLS, killsOnTheWay } from "./kills";
import { pairs } from "./pairs";
import { PREPARED } from "./prepared";
import { RACES } from "./races";
import { STOPPED } from "./stopped";

/** Everything that is done to a fleet on this course. */
export const allCases = (course: Course, seed: number, pairCount: number): readonly Case[] => [
  ...KILLS,
  ...(course.far === undefined ? [] : killsOnTheWay(course.far)),
  ...ABORTS,
  ...RACES,
  ...PREPARED,
  ...STOPPED,
  ...faults(course),
  ...pairs(seed, pairCount),
];

/** One or two of every kind, the quicker ones: what is played with each change of the product. */
const SAMPLE: readonly string[] = [
  "kill orchestrator at zero.asked",
  "kill everything at update 2 is changing a resource",
  "kill orchestrator at new node 1 is migrating",
  "kill everything at update 1 is changing a resource",
  "abort after drain.proven: kill orchestrator at node.restarting",
  "race: two operators with the same release at once",
  "fault drain-fails",
  "fault autoscaler-interferes",
];

export const isInSample = (name: string): boolean => SAMPLE.includes(name);
