import type { LastCheck } from "../../ports/lastCheck";

/** Where a program waits, in an engine that is up, for what must precede its first change. */
export interface Door {
  /** Called by the program. */
  pass(): Promise<void>;
  /** Runs an update whose program waits for the check. A refusal of the check is thrown as it is, and not as the engine tells of it. */
  guard<T>(check: LastCheck | undefined, update: () => Promise<T>): Promise<T>;
}

/** The door of one stack: its updates come one after the other. */
export function door(): Door {
  let ahead: LastCheck | undefined;
  return {
    async pass() {
      await ahead?.();
    },
    async guard(check, update) {
      let refusal: unknown;
      ahead = () =>
        Promise.resolve(check?.()).catch((thrown: unknown) => {
          refusal = thrown;
          throw thrown;
        });
      try {
        return await update();
      } catch (thrown) {
        throw refusal ?? thrown;
      } finally {
        ahead = undefined;
      }
    },
  };
}
