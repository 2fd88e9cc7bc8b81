import { ACCESS } from "./errors/access";
import type { Disposition } from "./errors/kind";
import { NODES } from "./errors/nodes";
import { REQUEST } from "./errors/request";
import { RUN } from "./errors/run";
import { STACK } from "./errors/stack";

export { beforeActing, type Disposition } from "./errors/kind";

/** Every way in which a run can stop, in one closed table. */
export const ERRORS = { ...REQUEST, ...ACCESS, ...STACK, ...NODES, ...RUN } as const;

export type ErrorCode = keyof typeof ERRORS;

/** The only error that crosses module boundaries. `detail` names things (instances, releases) and never holds a secret. */
export class RepaveError extends Error {
  override readonly name = "RepaveError";
  /** What to do about this very case; undefined: the remedy of the code. */
  readonly next: string | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options?: { readonly cause?: unknown; readonly next?: string },
  ) {
    super(`${ERRORS[code].title}: ${detail}`, options);
    this.next = options?.next;
  }

  get disposition(): Disposition {
    return ERRORS[this.code].disposition;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}

/** Turns anything thrown into a RepaveError. What was not foreseen becomes `INTERNAL`. */
export function asRepaveError(thrown: unknown): RepaveError {
  if (thrown instanceof RepaveError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RepaveError("INTERNAL", message, { cause: thrown });
}
