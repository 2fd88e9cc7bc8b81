import type { Ports } from "../../orchestration/upgrade/context";

/** A process that died: from then on it can call nothing any more. */
export class Crash extends Error {}

/**
 * Ports of a process that is killed at its nth call: `before` the call has its effect, or `after` it (the answer never arrives).
 * Counts calls, so that a first undisturbed run tells how many points there are.
 */
export function mortal(
  ports: Ports,
  dies: { readonly at: number; readonly when: "before" | "after" },
): { ports: Ports; calls(): number } {
  let calls = 0;
  let dead = false;
  const guard = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(subject, property) {
        const value: unknown = Reflect.get(subject, property);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (dead) return Promise.reject(new Crash());
          calls += 1;
          const mine = calls;
          if (mine === dies.at && dies.when === "before") {
            dead = true;
            return Promise.reject(new Crash());
          }
          const result: unknown = Reflect.apply(value, subject, args);
          if (mine !== dies.at) return result;
          dead = true;
          return Promise.resolve(result).then(() => Promise.reject(new Crash()));
        };
      },
    });
  return {
    ports: {
      ...ports,
      fleet: guard(ports.fleet),
      stack: guard(ports.stack),
      tfe: guard(ports.tfe),
      backups: guard(ports.backups),
      store: guard(ports.store),
    },
    calls: () => calls,
  };
}
