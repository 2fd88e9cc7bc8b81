import { drainOf } from "../operations/drain";
import type { Io } from "./io";
import { operateOn, type OperationCommandOptions } from "./parts/operation";
import { asking, onNodes } from "./options";
import { examples, type Verb } from "./parts/verb";

/** Runs `drain`: lets nodes finish their work and take no more. Resolves to the exit code. */
export const drainCommand = (options: OperationCommandOptions, io: Io): Promise<number> =>
  operateOn(
    options,
    io,
    (seen) => drainOf(seen, options.node),
    ({ outcome }, { stackName }) => {
      if (outcome === "done" && options.json !== true)
        io.out(`  drained nodes take no work until they are restarted: npm run restart -- --stack ${stackName}`);
    },
  );

export const drainVerb: Verb = {
  name: "drain",
  acts: true,
  register({ io, verb, exit }) {
    asking(onNodes(verb("Let nodes finish their work and take no more, as in an upgrade.")))
      .addHelpText("after", examples("npm run drain -- --node i-0123456789abcdef0 --stack production"))
      .action(async (options: OperationCommandOptions) => exit(await drainCommand(options, io)));
  },
};
