import { InvalidArgumentError, Option, type Command } from "commander";
import type { Io } from "./io";

/** What a verb needs to register itself. `exit` takes the exit code of the process. */
export interface Verbs {
  readonly io: Io;
  readonly verb: (description: string) => Command;
  readonly exit: (code: number) => void;
}

/** One verb of the command line. */
export interface Verb {
  readonly name: string;
  /** Whether it changes something: then the first Ctrl-C stops it at a point from which it can be resumed. */
  readonly acts: boolean;
  /** Adds its options and what it does. */
  register(verbs: Verbs): void;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number greater than 0.");
  return value;
}

export const stackOption = new Option(
  "-s, --stack <name>",
  "Pulumi stack; `lab` is the embedded simulation and needs no AWS account",
);
export const jsonOption = new Option("--json", "print one JSON object per line");

const labOptions: readonly Option[] = [
  new Option("--speed <n>", "lab: simulated seconds per second").argParser(positive),
  new Option(
    "--node-build <seconds>",
    "lab: simulated seconds to build a node; other durations scale with it",
  ).argParser(positive),
  new Option("--fault <name...>", "lab: inject a fault, by name or from a script file (listed in lab/README.md)"),
];

const withOptions = (command: Command, options: readonly Option[]): Command =>
  options.reduce((each, option) => each.addOption(option), command);

/** Adds the options of a lab that this command starts. */
export const onLab = (command: Command): Command => withOptions(command, labOptions);

/** Adds the options of a verb on a stack: `StackOptions`. */
export const onStack = (command: Command): Command => onLab(withOptions(command, [stackOption, jsonOption]));

/** Adds the options of a verb on nodes of a stack: `NodeOptions`. */
export const onNodes = (command: Command): Command =>
  onStack(command).option("--node <id...>", "only these nodes, by instance id (default: all nodes)");

/** Adds the options of a verb that changes a stack: `ActOptions`. */
export const acting = (command: Command): Command =>
  onStack(command)
    .option("-y, --yes", "do not ask before starting")
    .option("--accept <id...>", "continue although this check fails or this risk exists; requires --because")
    .option("--now", "start outside the maintenance windows; requires --because")
    .option("--because <reason>", "reason, recorded in the journal and the report")
    .option(
      "--metrics <file>",
      "file to write metrics of the run to, for Prometheus (default: TFE_REPAVE_METRICS_FILE)",
    )
    .option("--plain", "print lines instead of the live view (the default without a terminal or with CI set)");

/** Adds the option of a verb that a schedule may call. */
export const schedulable = (command: Command): Command =>
  command.option(
    "--scheduled",
    "run unattended: never ask, start only in a maintenance window, resume an unfinished scheduled run",
  );

/** Adds the options that choose a base image. */
export const imaging = (command: Command): Command =>
  command
    .option("--image <ami>", "base image to build from (default: the stack's current image)")
    .option("--latest", "use the newest base image found by the stack's imageParameter (or imageOwner and imageName)");

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Parses `30d`, `12h` or `4w` to milliseconds. */
function age(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (!(ms > 0)) throw new InvalidArgumentError("It must be hours, days or weeks: 12h, 30d, 4w.");
  return ms;
}

/** Adds the option of a verb that replaces nodes because of their age. */
export const aging = (command: Command): Command =>
  command.addOption(
    new Option("--max-age <time>", "also repave when a node is older than this: 30d, 12h, 4w").argParser(age),
  );

/** Adds the options that choose a build: `UpgradeCommandOptions`. */
export const building = (command: Command): Command =>
  imaging(acting(command).option("-r, --release <release>", "release name (v202207-2) or number (642)"));

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
