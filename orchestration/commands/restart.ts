import { restartOf } from "../operations/restart";
import type { Io } from "./io";
import { operateOn, type OperationCommandOptions } from "./parts/operation";
import { asking, onNodes } from "./options";
import { examples, type Verb } from "./parts/verb";

/** `restart`: drain, stop and start the application on one node after the other, each through the gate. Resolves to the exit code. */
export const restartCommand = (options: OperationCommandOptions, io: Io): Promise<number> =>
  operateOn(options, io, (seen) => restartOf(seen, options.node));

export const restartVerb: Verb = {
  name: "restart",
  acts: true,
  register({ io, verb, exit }) {
    asking(onNodes(verb("Restart the application one node at a time: drain, restart, wait until healthy.")))
      .addHelpText(
        "after",
        examples(
          "npm run restart -- --stack production",
          "npm run restart -- --node i-0123456789abcdef0 --stack production",
        ),
      )
      .action(async (options: OperationCommandOptions) => exit(await restartCommand(options, io)));
  },
};
