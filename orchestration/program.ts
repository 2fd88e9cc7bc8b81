import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { FaultScriptError, LabRunningError, runLab } from "../lab/session";
import { abortCommand } from "./commands/abort";
import { engineCommand } from "./commands/engine";
import { EXIT_BY_DISPOSITION, EXIT_CODES } from "./commands/exitCodes";
import { healthCommand } from "./commands/health";
import type { Io } from "./commands/io";
import { planCommand } from "./commands/plan";
import { runsCommand } from "./commands/runs";
import { statusCommand } from "./commands/status";
import { upgradeCommand } from "./commands/upgrade";
import { asRepaveError, ERRORS, RepaveError } from "./domain/errors";
import { labDir } from "./wiring";

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

const stackOption = new Option(
  "-s, --stack <name>",
  "Pulumi stack; `lab` is the embedded simulation and needs no account",
);
const jsonOption = new Option("--json", "one JSON object a line");
const speedOption = new Option("--speed <n>", "lab seconds a second, for a lab that this command starts").argParser(
  positive,
);
const nodeBuildOption = new Option(
  "--node-build <seconds>",
  "lab seconds in which a node is built, all else in proportion, for a lab that this command starts",
).argParser(positive);
const faultOption = new Option(
  "--fault <name...>",
  "let the lab go wrong: a fault by name or a script's file (lab/README.md lists them)",
);
const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;

interface LabFlags {
  readonly speed?: number;
  readonly nodeBuild?: number;
  readonly fault?: readonly string[];
}

/** Every verb, with what it is told by the command line. */
function program(io: Io, exit: (code: number) => void): Command {
  const root = new Command("tfe-repave")
    .description("Repave upgrades of Terraform Enterprise Active/Active: drain, zero, one, gate, two.")
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.replace(/\n$/, "")),
      writeErr: (text) => io.err(text.replace(/\n$/, "")),
    })
    .configureHelp({ sortSubcommands: true })
    .addHelpText(
      "after",
      "\nExit codes: 0 done or nothing to do, 1 failed, 2 usage, 3 blocked (nothing changed), 4 halted (the same command goes on), 5 declined, 130 interrupted.",
    );
  const verb = (name: string, description: string): Command => root.command(name).description(description);
  const onStack = (command: Command): Command =>
    [stackOption, jsonOption, speedOption, nodeBuildOption, faultOption].reduce(
      (c, option) => c.addOption(option),
      command,
    );
  const build = (command: Command): Command =>
    acting(onStack(command))
      .option("-r, --release <release>", "ReleaseSequence (642) or release name (v202207-2)")
      .option("--image <ami>", "base image to build from; default: the one the stack has");
  const acting = (command: Command): Command =>
    command
      .option("-y, --yes", "do not ask before starting")
      .option("--accept <id...>", "go on although this check fails or this risk is there; needs --because")
      .option("--because <reason>", "why; it is written into the journal and the report");

  build(verb("upgrade", "Repave the fleet with a release, through every required release on the way."))
    .option("--resume", "only go on with the run that is unfinished")
    .option("--rebuild-node", "with --resume: replace nodes of the new build that are not healthy")
    .addHelpText(
      "after",
      examples(
        "npm run upgrade -- --release 642 --stack lab",
        "npm run upgrade -- --release v202304-1 --stack production",
        "npm run upgrade -- --resume --stack production",
      ),
    )
    .action(async (options: Parameters<typeof upgradeCommand>[0]) => exit(await upgradeCommand(options, io)));
  build(verb("plan", "Show everything an upgrade would check and do. Changes nothing."))
    .addHelpText("after", examples("npm run plan -- --release 692 --stack production"))
    .action(async (options: Parameters<typeof planCommand>[0]) => exit(await planCommand(options, io)));
  acting(onStack(verb("abort", "Take an unfinished run back, while its new release has not been started.")))
    .addHelpText("after", examples("npm run abort -- --stack production"))
    .action(async (options: Parameters<typeof abortCommand>[0]) => exit(await abortCommand(options, io)));
  const runs = onStack(verb("runs", "Show the runs of a stack: when, what, how they ended, what they cost."))
    .argument("[show]", "`show` with a run's id: its journal, entry by entry")
    .argument("[id]", "the run; default: the newest")
    .addHelpText("after", examples("npm run runs -- --stack production", "npm run runs -- show --stack production"));
  runs.action(async (show: string | undefined, id: string | undefined, options: Parameters<typeof runsCommand>[1]) =>
    exit(await runsCommand({ show, id }, options, io)),
  );
  onStack(verb("status", "Show the fleet, the stack, and what a run left unfinished."))
    .addHelpText("after", examples("npm run status -- --stack production --json"))
    .action(async (options: Parameters<typeof statusCommand>[0]) => exit(await statusCommand(options, io)));
  onStack(verb("health", "Show every condition of the gate on every node."))
    .option("--wait", "until every node is healthy, several times in a row")
    .addHelpText(
      "after",
      examples("npm run health -- --stack production", "npm run health -- --stack production --wait"),
    )
    .action(async (options: Parameters<typeof healthCommand>[0]) => exit(await healthCommand(options, io)));
  verb("lab", "Run the embedded lab until it is stopped, and print how to reach it.")
    .addOption(speedOption)
    .addOption(nodeBuildOption)
    .addOption(faultOption)
    .addHelpText("after", examples("npm run lab -- --speed 60", "npm run lab -- --fault drain-hangs"))
    .action(async ({ speed, nodeBuild, fault }: LabFlags) => {
      await runLab({ dir: labDir(), out: (line) => io.out(line), speed, nodeBuild, faults: fault });
      exit(0);
    });
  verb("engine", "Make sure of the Pulumi engine, and print where it is.")
    .addOption(jsonOption)
    .addHelpText("after", examples("npm run engine"))
    .action(async ({ json }: { json?: boolean }) => exit(await engineCommand({ ...io, json: json === true })));
  return root;
}

/** An error that no run could report: in words for a person, as an event for a machine. */
function report(error: RepaveError, io: Io, json: boolean): number {
  const { code, detail, remedy } = error;
  if (json) io.out(JSON.stringify({ event: "error", code, detail, remedy }));
  io.err(`${ERRORS[code].title} (${code}): ${detail}\nWhat to do: ${remedy}`);
  if (code === "INTERNAL" && error.cause instanceof Error) io.err(error.cause.stack ?? "");
  return code === "INTERRUPTED" ? EXIT_CODES.interrupted : EXIT_BY_DISPOSITION[error.disposition];
}

/** Does what the words after the program's name ask for. Resolves to the exit code; throws nothing. */
export async function commandLine(words: readonly string[], io: Io): Promise<number> {
  let code = 0;
  try {
    await program(io, (result) => (code = result)).parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BY_DISPOSITION.usage;
    // The lab was asked for something it does not have, or for what it does already: its own words say what to do.
    const ofLab = error instanceof FaultScriptError || error instanceof LabRunningError;
    const failure = ofLab ? new RepaveError("USAGE", error.message) : asRepaveError(error);
    return report(failure, io, words.includes("--json"));
  }
}
