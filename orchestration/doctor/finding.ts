import { RepaveError } from "../domain/errors";

/** What came of looking at something. What could not be seen is `unchecked`, never `ok`. */
export type Finding =
  | { readonly state: "ok"; readonly seen: string }
  /** `fix`: the one command, or the one edit. */
  | { readonly state: "failed"; readonly seen: string; readonly fix: string }
  | { readonly state: "unchecked"; readonly seen: string };

/** A finding of a row that looks at several things of a kind, with the name of the one. */
export type Found = Finding & { readonly subject?: string };

export const ok = (seen: string): Finding => ({ state: "ok", seen });
export const failed = (seen: string, fix: string): Finding => ({ state: "failed", seen, fix });
export const unchecked = (seen: string): Finding => ({ state: "unchecked", seen });

/** Thrown where a row needs something that is not there yet, or that another row reports. It is no failure of this row. */
export class NotSeen extends Error {
  override readonly name = "NotSeen";
}

/** For questions that only `doctor` asks of AWS: an operator who may not ask them can repave all the same. */
export const refusedAsUnseen =
  (what: string, stack: string) =>
  (thrown: unknown): never => {
    if (!(thrown instanceof RepaveError) || thrown.code !== "AWS_REFUSED") throw thrown;
    const policy = `npm run iam-policy -- --for doctor --stack ${stack}`;
    throw new NotSeen(`${what} (${thrown.detail}); \`${policy}\` prints the permissions`);
  };

/** For what another row reports: this one says `why` it could not be checked. */
export const asUnseen =
  (why: string) =>
  (thrown: unknown): never => {
    throw thrown instanceof NotSeen ? thrown : new NotSeen(why);
  };

/** The row of the Pulumi CLI says that there is none. */
export function engineMissingAsUnseen(thrown: unknown): never {
  const isMissing = thrown instanceof RepaveError && thrown.code === "ENGINE_MISSING";
  throw isMissing ? new NotSeen("there is no Pulumi CLI") : thrown;
}
