import { join } from "node:path";
import { Argument, Option } from "commander";
import { ENGINE_BIN_ENV, ESTATE_NAMES, FAULT_NAMES, LAB_STACK, openLab, runLab } from "../../lab/session";
import { RepaveError } from "../domain/errors";
import { findEngine } from "../wiring/machine";
import { labOf } from "../wiring/stacks";
import type { Io } from "./io";
import { onLab } from "./options";
import { stackName } from "./options/values";
import { examples, type Verb } from "./parts/verb";

/** What the lab can let go wrong, by name. */
export const LAB_FAULTS: readonly string[] = FAULT_NAMES;

/** What can stand in a lab, by name. */
export const LAB_ESTATES: readonly string[] = ESTATE_NAMES;

interface LabOptions {
  readonly stack?: string;
  readonly estate?: string;
  readonly speed?: number;
  readonly nodeBuild?: number;
  readonly fault?: readonly string[];
}

/** How a lab that is started for the command is to be. */
const lifeOf = ({ speed, nodeBuild, estate }: LabOptions): Omit<LabOptions, "fault" | "stack"> => ({
  ...(speed === undefined ? {} : { speed }),
  ...(nodeBuild === undefined ? {} : { nodeBuild }),
  ...(estate === undefined ? {} : { estate }),
});

/** The lab that is meant. Throws `USAGE`. */
function placeOf({ stack = LAB_STACK }: LabOptions): { readonly stack: string; readonly dir: string } {
  const place = labOf(stack);
  if (!place) throw new RepaveError("USAGE", `${stack} is not a lab: those are called lab or lab-NAME`);
  return place;
}

const ACTIONS = ["publish-image", "advance"] as const;

const HOURS: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24 };

/** `22h`, or a moment. Throws `USAGE`. */
function toAdvance(text = ""): { readonly seconds: number } | { readonly to: string } {
  const [, count = "", unit = ""] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const hours = Number(count) * (HOURS[unit] ?? 0);
  if (hours > 0) return { seconds: Math.round(hours * 3600) };
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)))
    return { to: text };
  throw new RepaveError(
    "USAGE",
    "advance takes minutes, hours or days (90m, 22h, 3d), or a time (2026-12-06T01:30:00Z)",
  );
}

/** Asks the lab that runs to do something, or one that is started for it. */
async function tellLab(
  action: (typeof ACTIONS)[number],
  value: string | undefined,
  options: LabOptions,
  io: Io,
): Promise<void> {
  const by = action === "advance" ? toAdvance(value) : undefined;
  const lab = await openLab({ ...placeOf(options), ...lifeOf(options) });
  try {
    if (by) io.out(`the lab's clock shows ${new Date(await lab.advance(by)).toISOString()}`);
    else {
      const { id, name } = await lab.publishImage();
      io.out(`published ${id} (${name})`);
    }
  } finally {
    await lab.close();
  }
}

export const labVerb: Verb = {
  name: "lab",
  acts: false,
  register({ io, verb, exit }) {
    onLab(verb("Run the embedded lab until Ctrl-C, and print how to reach it."))
      .addOption(
        new Option("-s, --stack <name>", "stack of the lab: lab or lab-NAME (default: lab)").argParser(stackName),
      )
      .addArgument(new Argument("[action]", "act on the lab instead; `advance` takes a time").choices(ACTIONS))
      .argument("[time]", "how far, or until when: 22h, 3d, 2026-12-06T01:30:00Z")
      .addHelpText(
        "after",
        examples(
          "npm run lab -- --speed 60",
          "npm run lab -- --estate fdo",
          "npm run lab -- --fault drain-hangs",
          "npm run lab -- publish-image",
          "npm run lab -- advance 22h",
        ),
      )
      .action(async (action: (typeof ACTIONS)[number] | undefined, time: string | undefined, options: LabOptions) => {
        if (action === undefined) {
          const engine = await findEngine().catch(() => undefined);
          if (engine) process.env[ENGINE_BIN_ENV] = join(engine.root, "bin");
          else io.err("No Pulumi CLI found yet. `npm run engine` brings one; until then `env.sh` finds no `pulumi`.");
          await runLab({ ...placeOf(options), out: (line) => io.out(line), ...lifeOf(options), faults: options.fault });
        } else await tellLab(action, time, options, io);
        exit(0);
      });
  },
};
