import { setTimeout as pause } from "node:timers/promises";
import { type Channel, type Delivery, Undeliverable } from "./channel";

/** Real milliseconds: receivers of notices are not on the lab's clock. */
export interface DeliveryLimits {
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Waited after each attempt that failed; one more attempt than there are waits. */
  readonly waitsMs: readonly number[];
  /** Notices that may wait; with more the oldest is given up. */
  readonly capacity: number;
}

export const DELIVERY_LIMITS: DeliveryLimits = { timeoutMs: 5_000, waitsMs: [500, 2_000], capacity: 50 };

export interface DeliveryQueue {
  /** Returns at once. */
  add(delivery: Delivery): void;
  /** Resolves when all is delivered or given up, and no later than that. */
  close(withinMs: number): Promise<void>;
}

/** Sends notices through one channel, one after the other. Failures are not thrown but reported in words. */
export function deliveryQueue(
  channel: Channel,
  tell: (problem: string) => void,
  limits: DeliveryLimits = DELIVERY_LIMITS,
): DeliveryQueue {
  const waiting: Delivery[] = [];
  const ended = new AbortController();
  let working: Promise<void> | undefined;
  let failing = false;
  let lost = 0;

  async function attempt(delivery: Delivery): Promise<void> {
    const late = AbortSignal.timeout(limits.timeoutMs);
    const signal = AbortSignal.any([late, ended.signal]);
    signal.throwIfAborted();
    // A channel that ignores its signal must not block the queue either.
    await Promise.race([channel.send(delivery, signal), aborted(signal)]).catch((thrown: unknown) => {
      throw late.aborted ? new Undeliverable(`no answer in ${limits.timeoutMs / 1000} s`, false) : thrown;
    });
  }

  async function deliver(delivery: Delivery): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        await attempt(delivery);
        failing = false;
        return;
      } catch (thrown) {
        const wait = limits.waitsMs[failures];
        const isFinal = thrown instanceof Undeliverable && thrown.isFinal;
        if (wait === undefined || isFinal || ended.signal.aborted) {
          giveUp(delivery, thrown);
          return;
        }
        await pause(wait, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    }
  }

  function giveUp({ notice }: Delivery, thrown: unknown): void {
    failing = true;
    lost += 1;
    const why =
      thrown instanceof Undeliverable ? thrown.message : ended.signal.aborted ? "the run ended first" : "it failed";
    tell(`notice "${notice.kind}" was not delivered to ${channel.name}: ${why}`);
  }

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await deliver(next);
  }

  return {
    add(delivery) {
      if (ended.signal.aborted) return;
      waiting.push(delivery);
      if (waiting.length > limits.capacity) {
        waiting.shift();
        lost += 1;
      }
      working ??= work().finally(() => (working = undefined));
    },
    async close(withinMs) {
      // Where a channel fails there is time for one: the last says how it ended.
      if (failing) lost += waiting.splice(0, waiting.length - 1).length;
      const bound = setTimeout(() => ended.abort(), withinMs);
      await working;
      clearTimeout(bound);
      if (lost > 1) tell(`${lost} notices in total were not delivered to ${channel.name}`);
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
