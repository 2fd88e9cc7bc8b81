import { RepaveError } from "../domain/errors";
import type { Io } from "./io";
import { actOn, type ActOptions, carryOut, toImage, toShorten, toSmoke, type Wanted } from "./upgrade";
import { aging, imaging, repaving } from "./options";
import { examples, type Verb } from "./parts/verb";

export interface PatchOptions extends ActOptions {
  readonly image?: string;
  readonly latest?: boolean;
  /** In milliseconds. */
  readonly maxAge?: number;
}

/** Turns the options into a request for the same release on a new base image. Throws `USAGE`. */
export function toPatch(options: PatchOptions): Wanted {
  const { maxAge } = options;
  const image = toImage(options);
  if (image.image === undefined && !image.latest && maxAge === undefined) {
    throw new RepaveError("USAGE", "--image, --latest or --max-age is required");
  }
  const age = maxAge === undefined ? {} : { maxAgeMs: maxAge };
  return { ...image, ...toShorten(options), ...toSmoke(options), patch: true, ...age };
}

/** Runs `patch`: repaves with the current release, from another base image or because of the nodes' age. Resolves to the exit code. */
export async function patchCommand(options: PatchOptions, io: Io): Promise<number> {
  const wanted = toPatch(options);
  return actOn(options, io, ({ stackName: stack }, shared) => carryOut({ ...wanted, stack }, shared, options));
}

export const patchVerb: Verb = {
  name: "patch",
  acts: true,
  register({ io, verb, exit }) {
    const command = verb("Repave the fleet with its current release, from a new base image.");
    repaving(command, imaging, aging)
      .addHelpText(
        "after",
        examples(
          "npm run patch -- --latest --stack lab",
          "npm run patch -- --image ami-0123456789abcdef0 --stack production",
          "npm run patch -- --latest --max-age 30d --stack production",
          "npm run patch -- --latest --scheduled --json --stack production",
        ),
      )
      .action(async (options: PatchOptions) => exit(await patchCommand(options, io)));
  },
};
