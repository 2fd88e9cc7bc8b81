import { RepaveError } from "../../domain/errors";
import type { MoveWish } from "../../upgrade/planning";
import { upgrade } from "../../upgrade/upgrade";
import type { Io } from "../io";
import {
  accepting,
  asking,
  changing,
  having,
  moving,
  onLab,
  onRecords,
  pausing,
  preparing,
  proving,
  watched,
} from "../options";
import { examples, type Verb } from "../parts/verb";
import { actOn, type ActOptions, toShorten, toSmoke } from "../upgrade";

export interface MigrateOptions extends ActOptions {
  readonly back?: boolean;
  /** Keys of the new side, as the stack's file has them. */
  readonly licenseSecret?: string;
  readonly imageRepository?: string;
  readonly registrySecret?: string;
  readonly runtime?: string;
}

/** Turns the options into the move that is asked for. Throws `USAGE`. */
export function toMove(options: MigrateOptions): MoveWish {
  const { back = false } = options;
  const named = {
    licenseSecretArn: options.licenseSecret,
    imageRepository: options.imageRepository,
    registrySecretArn: options.registrySecret,
    containerRuntime: options.runtime,
  };
  const keys = Object.fromEntries(
    Object.entries(named).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
  if (back && Object.keys(keys).length > 0)
    throw new RepaveError("USAGE", "--back restores the keys that the stack file had: it takes no others");
  return { back, keys };
}

/** Runs `migrate`: a repave at the same release, whose nodes are packaged in another way. Resolves to the exit code. */
export async function migrateCommand(options: MigrateOptions, io: Io): Promise<number> {
  const move = toMove(options);
  return actOn(options, io, ({ stackName: stack }, shared) =>
    upgrade({ stack, move, ...toShorten(options), ...toSmoke(options) }, shared),
  );
}

export const migrateVerb: Verb = {
  name: "migrate",
  acts: true,
  register({ io, verb, exit }) {
    const command = verb("Move the fleet to containers (FDO), at the release that it runs; or back.");
    having(command, onRecords, asking, watched, moving, preparing, pausing, proving, changing, accepting, onLab)
      .addHelpText(
        "after",
        examples(
          "npm run migrate -- --stack lab",
          "npm run migrate -- --license-secret arn:aws:secretsmanager:… --stack production",
          "npm run migrate -- --back --stack production",
        ),
      )
      .action(async (options: MigrateOptions) => exit(await migrateCommand(options, io)));
  },
};
