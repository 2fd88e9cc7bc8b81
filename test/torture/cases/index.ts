import type { Case } from "../case";
import { ABORTS } from "./aborts";
import { FAULTS } from "./faults";
import { KILLS } from "./kills";
import { pairs } from "./pairs";
import { RACES } from "./races";

export const allCases = (seed: number, pairCount: number): readonly Case[] => [
  ...KILLS,
  ...ABORTS,
  ...RACES,
  ...FAULTS,
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
