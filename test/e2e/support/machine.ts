import { availableParallelism, loadavg } from "node:os";

/**
 * By how much more work the machine had of late than it can do: 1 where it had time for everything. Bounds on real seconds are
 * multiplied by it, since a process that waits for its turn is slow for no fault of its own.
 */
export function crowding(): number {
  const [minute = 0, fiveMinutes = 0] = loadavg();
  return Math.max(1, Math.max(minute, fiveMinutes) / availableParallelism());
}
