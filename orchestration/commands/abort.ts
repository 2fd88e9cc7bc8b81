import { abort } from "../upgrade/abort";
import type { Io } from "./io";
import { actOn, type ActOptions } from "./upgrade";

/** `abort`: back to the build that was, while the new one has not been started. Resolves to the exit code. */
export async function abortCommand(options: ActOptions, io: Io): Promise<number> {
  return actOn(options, io, (target, shared) => abort(target.stackName, shared));
}
