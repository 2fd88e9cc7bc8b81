import { RepaveError, type ErrorCode } from "../../orchestration/domain/errors";
import type { Ports } from "../../orchestration/run/context";

/** A process that died: from then on it can call nothing any more. */
export class Crash extends Error {
  constructor() {
    super("killed");
  }
}

/** What happens at the nth call: the process is killed, or just this call fails; before the call has its effect, or after it. */
export interface Mishap {
  readonly at: number;
  readonly when: "before" | "after";
  readonly how: "killed" | "failed";
}

/** What a port throws when the other side is throttled, or its answer is lost. */
const FAILURES = {
  fleet: "AWS_CALL_FAILED",
  preparedNodes: "AWS_CALL_FAILED",
  stack: "STACK_UPDATE_FAILED",
  tfe: "NODE_UNREACHABLE",
  backups: "AWS_CALL_FAILED",
  store: "JOURNAL_UNWRITABLE",
  smokeRuns: "TFE_API_UNAVAILABLE",
} as const satisfies Partial<Record<keyof Ports, ErrorCode>>;

/**
 * Ports of a process that meets with mishaps. Counts calls, so that a first undisturbed run tells how many points there are.
 * A killed process goes on in memory, but nothing that it calls is reached any more.
 */
export function mortal(ports: Ports, mishaps: readonly Mishap[] = []): { ports: Ports; calls(): number } {
  let calls = 0;
  let dead = false;
  const guard = <K extends keyof typeof FAILURES>(name: K): NonNullable<Ports[K]> =>
    new Proxy(ports[name] as NonNullable<Ports[K]>, {
      get(port, property) {
        const value: unknown = Reflect.get(port, property, port);
        if (typeof value !== "function") return value;
        return async (...args: unknown[]): Promise<unknown> => {
          if (dead) throw new Crash();
          calls += 1;
          const mishap = mishaps.find(({ at }) => at === calls);
          if (!mishap) return Reflect.apply(value, port, args) as unknown;
          if (mishap.how === "killed") dead = true;
          if (mishap.when === "after") await Reflect.apply(value, port, args);
          // The one read that never throws: what cannot be made is its answer.
          if (property === "observe" && mishap.how === "failed")
            return Reflect.apply(value, port, [{ made: false, why: `call ${mishap.at}` }]) as unknown;
          throw mishap.how === "killed"
            ? new Crash()
            : new RepaveError(FAILURES[name], `call ${mishap.at} of ${name}.${String(property)}`);
        };
      },
    });
  return {
    ports: {
      ...ports,
      fleet: guard("fleet"),
      preparedNodes: guard("preparedNodes"),
      stack: guard("stack"),
      tfe: guard("tfe"),
      backups: guard("backups"),
      store: guard("store"),
      ...(ports.smokeRuns ? { smokeRuns: guard("smokeRuns") } : {}),
    },
    calls: () => calls,
  };
}
