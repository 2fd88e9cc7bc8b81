import { duration } from "../words";

export { clockTime } from "../words";

/** `2026-11-23 05:21:16`, UTC. */
export const dateTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

/** `7m 57s`, of milliseconds. */
export const lasting = (ms: number): string => duration(ms / 1000);

/** The end of an instance's id, which is enough to tell those of one fleet apart. */
export const shortId = (instanceId: string): string =>
  instanceId.length > 12 ? `…${instanceId.slice(-6)}` : instanceId;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
