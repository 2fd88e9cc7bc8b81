import { setTimeout as delay } from "node:timers/promises";
import { type ClockScale, timeOn } from "../infra/runs/clockScale";

/** The lab's clock, and the scale by which other processes read the same time. */
export interface LabClock {
  /** Milliseconds of the lab since the epoch. */
  now(): number;
  /** Resolves after `ms` of the lab; rejects when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  readonly scale: ClockScale;
  /** Jumps forward to this time, as if the lab had run until then. Processes that go by an older scale read another time. */
  jump(to: number): void;
}

/** A clock that shows `labOrigin` now and runs `speed` times as fast as the machine's. */
export function labClock(options: { speed: number; labOrigin: number }): LabClock {
  let scale: ClockScale = { ...options, realOrigin: Date.now() };
  const now = (): number => timeOn(scale);
  return {
    now,
    sleep: (ms, signal) => delay(ms / scale.speed, undefined, signal && { signal }),
    get scale() {
      return scale;
    },
    jump(to) {
      scale = { ...scale, labOrigin: scale.labOrigin + Math.max(0, to - now()) };
    },
  };
}

/** Longest pause between two looks at the region while something is due, in real milliseconds. */
const BUSY_PAUSE = 20;
const IDLE_PAUSE = 100;

/**
 * Keeps calling `advance`, which answers when the next thing is due (ms of the lab's clock; undefined: nothing is).
 * Returns a function that ends it.
 */
export function keepAdvancing(clock: LabClock, advance: () => number | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  function beat(): void {
    const due = advance();
    const pause = due === undefined ? IDLE_PAUSE : Math.min((due - clock.now()) / clock.scale.speed, BUSY_PAUSE);
    timer = setTimeout(beat, Math.max(1, pause));
  }
  beat();
  return () => clearTimeout(timer);
}
