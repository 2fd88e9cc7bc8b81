import { abort } from "../upgrade/abort";
import type { Io } from "./io";
import { actOn, type ActOptions } from "./upgrade";
import { acting, examples, type Verb } from "./verb";

/** `abort`: back to the build that was, while the new one has not been started. Resolves to the exit code. */
export async function abortCommand(options: ActOptions, io: Io): Promise<number> {
  return actOn(options, io, (target, shared) => abort(target.stackName, shared));
}

export const abortVerb: Verb = ({ io, verb, exit }) => {
  acting(verb("abort", "Take an unfinished run back, while its new release has not been started."))
    .addHelpText("after", examples("npm run abort -- --stack production"))
    .action(async (options: ActOptions) => exit(await abortCommand(options, io)));
};
