import type { Clock } from "../ports/clock";

/**
 * Asks `look` until it gives something, pausing in between; at least once however short the patience.
 * Deadlines are on the monotonic clock: a jump of the wall clock or a sleeping laptop changes nothing.
 * `late` builds the error to throw when the patience ends.
 */
export async function waitFor<T>(
  clock: Clock,
  options: { readonly pollMs: number; readonly timeoutMs: number; readonly signal: AbortSignal; late(): Error },
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = clock.monotonic() + options.timeoutMs;
  for (;;) {
    options.signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (clock.monotonic() >= deadline) throw options.late();
    await clock.sleep(options.pollMs, options.signal);
  }
}
