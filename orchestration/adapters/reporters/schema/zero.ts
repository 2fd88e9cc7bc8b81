import { z } from "zod";
import * as v from "./values";

const { hop, instanceId, time } = v;
const object = z.strictObject;

/** How the old nodes of a hop come to their end, in the order of a run. */
export const ZERO = {
  "zero.asked": object({ hop, instances: z.array(instanceId) }).describe("These instances are about to be terminated."),
  "zero.stopping": object({ hop, instances: z.array(instanceId) }).describe(
    "`zeroMeans: stopped`: the application on these instances is about to be stopped for good.",
  ),
  "zero.stopped": object({ hop, instanceId, at: time }).describe("It is proven stopped on this instance."),
  "zero.leaving": object({ hop, at: time }).describe("Every old instance is shutting down."),
  "zero.reached": object({ hop, lastSeenAlive: time, at: time, by: z.literal("stopped").exactOptional() }).describe(
    "Every old instance is terminated; by `stopped`: its application is proven stopped.",
  ),
} as const;
