/** `05:21:16`, UTC. */
export const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** `2026-11-23 05:21:16`, UTC. */
export const dateTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

/** The time of day, with the date where it is not today's: `05:21:16 UTC`, `2026-11-23 05:21:16 UTC`. */
export const moment = (at: number, now: number): string =>
  `${dateTime(at).slice(0, 10) === dateTime(now).slice(0, 10) ? clockTime(at) : dateTime(at)} UTC`;

/** `95` → `1m 35s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10}s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}h ${minutes}m` : `${minutes}m ${whole % 60}s`;
}

/** `7m 57s`, of milliseconds. */
export const lasting = (ms: number): string => duration(ms / 1000);

/** How long ago that was, to the second: `3s`, `7m 57s`. */
export const ago = (at: number, now: number): string => duration(Math.max(0, Math.round((now - at) / 1000)));

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** For what is only about right: `40 s`, `8 min`, `2 h 5 min`. */
export function about(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** A clause as a sentence of its own. A name that it begins with (`i-0a1b`, `run-2026…`) stays as it is. */
export const asSentence = (text: string): string =>
  /^\S*\d/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
