import { RepaveError } from "../../domain/errors";
import type { ResourceChange } from "../../domain/changes";
import { adopt } from "../../upgrade/adoption/adopt";
import { ttyPrompt } from "../../wiring/machine";
import { isLab } from "../../wiring/stacks";
import type { Io } from "../io";
import { accepting, asking, having, onLab, onRecords, pausing, watched } from "../options";
import { examples, type Verb } from "../parts/verb";
import { actOn, type ActOptions } from "../upgrade";

export interface AdoptOptions extends ActOptions {
  readonly fromGroup?: string;
  readonly back?: boolean;
  readonly resume?: boolean;
}

/** What fleets of others bring by default, and a rehearsal goes on with. Each is shown, and recorded as accepted. */
const REHEARSED: readonly string[] = [
  "deregistration-delay",
  "database-backups",
  "cross-zone",
  "former-grace",
  "former-user-data",
];

/** Runs `adopt`: moves a fleet that other code built to this stack, by a repave to the same release, or back. Resolves to the exit code. */
export async function adoptCommand(options: AdoptOptions, io: Io): Promise<number> {
  const inLab = options.stack !== undefined && isLab(options.stack);
  const accepted =
    inLab && options.accept === undefined ? { accept: REHEARSED, because: options.because ?? REHEARSAL } : {};
  const act = { ...options, ...accepted };
  const adopting = { fromGroup: options.fromGroup, agree: agreeing({ ...options, inLab }, io) };
  const { resume = false } = options;
  const way = options.back === true ? "back" : "in";
  return actOn(
    act,
    io,
    ({ stackName: stack }, shared) => adopt({ stack, resume, ...(resume ? {} : { adoption: way }) }, shared),
    { adopting },
  );
}

const REHEARSAL = "rehearsal in the lab: the fleet is as it was found";

/** Shows what the first build of the stack creates, and asks. */
const agreeing =
  ({ yes = false, inLab }: Pick<AdoptOptions, "yes"> & { readonly inLab: boolean }, io: Io) =>
  async (created: readonly ResourceChange[]): Promise<void> => {
    io.err("The stack is not built yet. With no node it would create, and change nothing that exists:");
    for (const { type, name } of created) io.err(`  + ${type} ${name}`);
    const prompt = ttyPrompt({ yes: yes || inLab, signal: io.signal });
    if (await prompt.confirm("Create these?")) return;
    throw new RepaveError("ADOPTION_IMPOSSIBLE", "the stack is not built", {
      next: "Build it with `pulumi up`, or agree.",
    });
  };

export const adoptVerb: Verb = {
  name: "adopt",
  acts: true,
  register({ io, verb, exit }) {
    const command = verb("Move a fleet that other code built to this stack, by a repave to the same release; or back.");
    having(command, onRecords, asking, watched)
      .option("--from-group <name>", "the Auto Scaling group that has the nodes (default: tfe:formerGroup)")
      .option("--back", "move the fleet back to that group; possible until the first upgrade")
      .option("--resume", "resume the unfinished adoption");
    having(command, pausing, accepting, onLab)
      .addHelpText(
        "after",
        examples(
          "npm run adopt -- --stack lab --estate vendor-module",
          "npm run adopt -- --from-group example-tfe-asg --stack production",
          "npm run adopt -- --back --stack production",
        ),
      )
      .action(async (options: AdoptOptions) => exit(await adoptCommand(options, io)));
  },
};
