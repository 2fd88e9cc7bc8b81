import { abort } from "../upgrade/abort";
import type { Io } from "./io";
import { actOn, type ActOptions } from "./upgrade";
import { asking, having, onLab, onRecords, watched } from "./options";
import { examples, type Verb } from "./parts/verb";

/** Runs `abort`: reverts to the previous build while the new one has not started. Resolves to the exit code. */
export async function abortCommand(options: ActOptions, io: Io): Promise<number> {
  return actOn(options, io, (target, shared) => abort(target.stackName, shared));
}

export const abortVerb: Verb = {
  name: "abort",
  acts: true,
  register({ io, verb, exit }) {
    having(verb("Revert an unfinished run whose new release has not started yet."), onRecords, asking, watched, onLab)
      .addHelpText("after", examples("npm run abort -- --stack production"))
      .action(async (options: ActOptions) => exit(await abortCommand(options, io)));
  },
};
