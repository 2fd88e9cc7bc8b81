import { InvalidArgumentError, Option, type Command } from "commander";
import type { Io } from "./io";

/** Where a verb puts itself on the command line. `exit` takes the code that the process is to end with. */
export interface Verbs {
  readonly io: Io;
  readonly verb: (name: string, description: string) => Command;
  readonly exit: (code: number) => void;
}

/** One verb: its name, its options, and what it does. */
export type Verb = (verbs: Verbs) => void;

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

export const stackOption = new Option(
  "-s, --stack <name>",
  "Pulumi stack; `lab` is the embedded simulation and needs no account",
);
export const jsonOption = new Option("--json", "one JSON object a line");

const labOptions: readonly Option[] = [
  new Option("--speed <n>", "lab seconds a second, for a lab that this command starts").argParser(positive),
  new Option(
    "--node-build <seconds>",
    "lab seconds in which a node is built, all else in proportion, for a lab that this command starts",
  ).argParser(positive),
  new Option(
    "--fault <name...>",
    "let the lab go wrong: a fault by name or a script's file (lab/README.md lists them)",
  ),
];

const withOptions = (command: Command, options: readonly Option[]): Command =>
  options.reduce((each, option) => each.addOption(option), command);

/** A verb that may start a lab. */
export const onLab = (command: Command): Command => withOptions(command, labOptions);

/** A verb on a stack: `StackOptions`. */
export const onStack = (command: Command): Command => onLab(withOptions(command, [stackOption, jsonOption]));

/** A verb on nodes of a stack: `NodeOptions`. */
export const onNodes = (command: Command): Command =>
  onStack(command).option("--node <id...>", "only these nodes, by instance id; default: all");

/** A verb that changes a stack: `ActOptions`. */
export const acting = (command: Command): Command =>
  onStack(command)
    .option("-y, --yes", "do not ask before starting")
    .option("--accept <id...>", "go on although this check fails or this risk is there; needs --because")
    .option("--now", "start although no maintenance window is open that is long enough; needs --because")
    .option("--because <reason>", "why; it is written into the journal and the report")
    .option("--metrics <file>", "write the run's figures there for Prometheus; default: TFE_REPAVE_METRICS_FILE")
    .option("--plain", "lines only, also on a terminal (without one, or with CI set, they are the rule)");

/** A verb that a schedule may call. */
export const schedulable = (command: Command): Command =>
  command.option(
    "--scheduled",
    "as a schedule calls it: never asks, starts only in a window, goes on with its own run",
  );

/** A verb that is told a base image. */
export const imaging = (command: Command): Command =>
  command
    .option("--image <ami>", "base image to build from; default: the one the stack has")
    .option("--latest", "the newest base image that the stack's imageParameter (or imageOwner, imageName) names");

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `30d`, `12h` or `4w`, in milliseconds. */
function age(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (!(ms > 0)) throw new InvalidArgumentError("It must be hours, days or weeks: 12h, 30d, 4w.");
  return ms;
}

/** A verb that replaces nodes for their age. */
export const aging = (command: Command): Command =>
  command.addOption(
    new Option("--max-age <time>", "replace the nodes also where one has lived longer: 30d, 12h, 4w").argParser(age),
  );

/** A verb that is told a build: `UpgradeCommandOptions`. */
export const building = (command: Command): Command =>
  imaging(acting(command).option("-r, --release <release>", "ReleaseSequence (642) or release name (v202207-2)"));

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
