import type { Clock } from "../../orchestration/ports/clock";

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that passes only when everybody waits: the earliest sleeper is woken as soon as nothing else has anything to do, so hours
 * take no time and their order is exact. Works for code that awaits nothing but this clock and promises that are resolved.
 */
export class FakeClock implements Clock {
  #time: number;
  #slept = 0;
  #timers: Timer[] = [];
  #pumping = false;
  /** Called whenever time has moved. */
  onTick: () => void = () => undefined;

  constructor(start = Date.UTC(2026, 10, 22, 2)) {
    this.#time = start;
  }
  now(): number {
    return this.#time + this.#slept;
  }
  monotonic(): number {
    return this.#time;
  }
  /** The machine was suspended that long: the world went on, its own monotonic time did not. */
  suspend(ms: number): void {
    this.#slept += ms;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const forget = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", forget);
        resolve();
      };
      const timer: Timer = { at: this.#time + Math.max(0, ms), wake };
      this.#timers.push(timer);
      signal?.addEventListener("abort", forget);
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      const next = this.#timers.reduce<Timer | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
      if (!next) return;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#time = Math.max(this.#time, next.at);
      this.onTick();
      next.wake();
      if (this.#timers.length > 0) this.#pump();
    });
  }
}
