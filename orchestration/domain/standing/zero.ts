import type { HopRecord } from "./hopRecord";

/** What counts as zero. */
export const ZERO_MEANS = ["terminated", "stopped"] as const;

export type ZeroMeans = (typeof ZERO_MEANS)[number];

/** How the old nodes of a hop come to their end. */
export type ZeroEvent =
  | { readonly event: "zero.asked"; readonly hop: number; readonly instances: readonly string[] }
  /** Written before their applications are stopped for good. */
  | { readonly event: "zero.stopping"; readonly hop: number; readonly instances: readonly string[] }
  /** It is proven stopped. */
  | { readonly event: "zero.stopped"; readonly hop: number; readonly instanceId: string; readonly at: number }
  | { readonly event: "zero.leaving"; readonly hop: number; readonly at: number }
  | {
      readonly event: "zero.reached";
      readonly hop: number;
      /** When an old node was last seen alive; by `stopped`: when the last one was proven stopped. */
      readonly lastSeenAlive: number;
      readonly at: number;
      /** Set where old machines are still being terminated. */
      readonly by?: "stopped";
    };

/** What the event adds to what is known of its hop. */
export function zeroIn({ leavingAt, stopping = [], stopped = {} }: HopRecord, event: ZeroEvent): Partial<HopRecord> {
  switch (event.event) {
    case "zero.asked":
      return { zeroAsked: true };
    case "zero.stopping":
      return {
        stopping: [...new Set([...stopping, ...event.instances])],
        // Somebody may have started one since it was proven stopped: only what is proven from here on counts.
        stopped: Object.fromEntries(Object.entries(stopped).filter(([id]) => !event.instances.includes(id))),
      };
    case "zero.stopped":
      return { stopped: { ...stopped, [event.instanceId]: event.at } };
    case "zero.leaving":
      return { leavingAt: leavingAt ?? event.at };
    case "zero.reached":
      return { zeroSeen: { lastSeenAlive: event.lastSeenAlive, at: event.at } };
  }
}
