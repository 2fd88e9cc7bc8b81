import { Option, type Command } from "commander";
import { age, matching, positive, prewarm, stackName } from "./values";
import { ZERO_MEANS } from "../../domain/standing/zero";

/** Headings of the help, in the order in which a verb adds the options. */
const BUILD = "What to build:";
const START = "How to start:";
const LAB = "Lab only:";

const option = (flags: string, description: string, heading?: string): Option => {
  const made = new Option(flags, description);
  return heading === undefined ? made : made.helpGroup(heading);
};

const withOptions = (command: Command, options: readonly Option[]): Command =>
  options.reduce((each, added) => each.addOption(added), command);

/** Adds the options of all these, in this order. */
export const having = (command: Command, ...add: readonly ((command: Command) => Command)[]): Command =>
  add.reduce((each, next) => next(each), command);

export const stackOption = option(
  "-s, --stack <name>",
  "Pulumi stack; `lab` is the embedded simulation and needs no AWS account",
)
  .env("PULUMI_STACK")
  .argParser(stackName);

export const jsonOption = option("--json", "print one JSON object per line");

/** Where a command shows what it asks of others, and how long that took; see `showCalls`. */
const debugOption = option(
  "--debug [file]",
  "show each call to AWS, command on a node and Pulumi command with its duration: on standard error, or in a file",
);

/** Adds the options of the labs that this command starts, whatever their faults. */
export const onOwnLab = (command: Command): Command =>
  withOptions(command, [
    option("--speed <n>", "simulated seconds per second", LAB).argParser(positive),
    option("--node-build <seconds>", "simulated seconds to build a node; other durations scale with it", LAB).argParser(
      positive,
    ),
    option(
      "--estate <name>",
      "what a new lab has in it (listed in lab/README.md); a lab that exists keeps its own",
      LAB,
    ),
  ]);

/** Adds the options of a lab that this command starts. */
export const onLab = (command: Command): Command =>
  withOptions(onOwnLab(command), [
    option("--fault <name...>", "inject a fault, by name or from a script file (listed in lab/README.md)", LAB),
  ]);

/** Adds the options of a verb that reads the records of a stack: `stack` and `json`. */
export const onRecords = (command: Command): Command => withOptions(command, [stackOption, jsonOption, debugOption]);

/** Adds the options of a verb on a stack: `StackOptions`. */
export const onStack = (command: Command): Command => onLab(onRecords(command));

/** Adds the options of a verb on nodes of a stack: `NodeOptions`. */
export const onNodes = (command: Command): Command =>
  onStack(command).option("--node <id...>", "only these nodes, by instance id (default: all nodes)");

/** Adds the option of a verb that asks before it changes something. */
export const asking = (command: Command): Command => command.option("-y, --yes", "do not ask before starting");

/** Adds the options of a verb whose run can be watched and measured. */
export const watched = (command: Command): Command =>
  withOptions(command, [
    option("--plain", "print lines instead of the live view (the default without a terminal or with CI set)"),
    option("--metrics <file>", "file to write metrics of the run to, for Prometheus").env("TFE_REPAVE_METRICS_FILE"),
  ]);

/** Adds the options that accept what would keep a run from starting. */
export const accepting = (command: Command): Command =>
  withOptions(command, [
    option("--now", "start outside the maintenance windows; requires --because", START),
    option("--accept <id...>", "continue although this check fails or this risk exists; requires --because", START),
    option("--because <reason>", "reason, recorded in the journal and the report", START),
  ]);

/** Adds the option of a verb whose run can stop before its outage. */
export const pausing = (command: Command): Command =>
  command.addOption(
    option(
      "--pause-before <point>",
      "drain every node, then wait for Enter; without a terminal, stop on hold until --resume",
      START,
    ).choices(["outage"]),
  );

/** Adds the option of a verb that a schedule may call. */
export const schedulable = (command: Command): Command =>
  command.addOption(
    option(
      "--scheduled",
      "run unattended: never ask, start only in a maintenance window, resume an unfinished scheduled run",
      START,
    ).conflicts(["now", "resume", "pauseBefore"]),
  );

/** Adds the option of a verb whose run belongs to a change of the site's own records. */
export const changing = (command: Command): Command =>
  command.addOption(
    option(
      "--change <number>",
      "number of the change, shown with the run, in its notices and its report, and on its snapshot",
      START,
    ).argParser(matching(/^[A-Za-z0-9][\w.#:/-]{0,63}$/, "the number of a change (CHG0012345)")),
  );

/** Adds the option of a verb that proves a build by a run of Terraform. */
export const proving = (command: Command): Command =>
  command.addOption(
    option(
      "--smoke",
      "prove the first node, and the end, by a run of Terraform in the stack's smokeWorkspace (docs/smoke.md)",
      START,
    ),
  );

/** Adds the options that choose a base image. */
export const imaging = (command: Command): Command =>
  withOptions(command, [
    option("--image <ami>", "base image to build from (default: the stack's current image)", BUILD),
    option(
      "--latest",
      "use the newest base image found by the stack's imageParameter (or imageOwner and imageName)",
      BUILD,
    ).conflicts("image"),
  ]);

/** Adds the option of a verb that replaces nodes because of their age. */
export const aging = (command: Command): Command =>
  command.addOption(
    option("--max-age <time>", "also repave when a node is older than this: 30d, 12h, 4w", BUILD)
      .argParser(age)
      .conflicts("release"),
  );

/** Adds the options that choose a release and an image. */
export const building = (command: Command): Command =>
  imaging(command.addOption(option("-r, --release <release>", "release name (v202207-2) or number (642)", BUILD)));

/** Adds the options of a move. */
export const moving = (command: Command): Command =>
  withOptions(command, [
    option("--back", "take the newest move back", BUILD),
    option("--license-secret <arn>", "secret with the licence for containers (default: the present one)", BUILD),
    option("--image-repository <repository>", "repository of the image (default: the vendor's)", BUILD),
    option("--registry-secret <arn>", "secret with user name and password of its registry", BUILD),
    option("--runtime <name>", "what runs the container (default: docker)", BUILD).choices(["docker", "podman"]),
  ]);

/** Adds the options of a verb that makes the outage shorter. */
export const preparing = (command: Command): Command =>
  command
    .addOption(
      option(
        "--prewarm <n>",
        "prepare 0, 1 or 2 nodes before each outage (default: the stack's prewarm)",
        START,
      ).argParser(prewarm),
    )
    .addOption(
      option(
        "--zero-means <word>",
        "what old nodes must be before the new release starts (default: the stack's zeroMeans)",
        START,
      ).choices(ZERO_MEANS),
    );

/** Adds the option of a verb that writes its plan. */
export const writing = (command: Command): Command =>
  command.addOption(option("--out <file>", "write the plan to this file, to be run by `upgrade <file>`"));

/** Adds the options of a run that is resumed. */
export const resuming = (command: Command): Command =>
  withOptions(command, [
    option("--resume", "resume the unfinished run", START),
    option("--rebuild-node", "with --resume: replace unhealthy nodes of the new build", START),
  ]);

/** What `upgrade` and `patch` both take, around the options of their own. */
export const repaving = (command: Command, ...own: readonly ((command: Command) => Command)[]): Command =>
  having(
    command,
    ...[onRecords, asking, watched, ...own],
    ...[preparing, pausing, schedulable, proving, changing, accepting, onLab],
  );
