import { type Command, InvalidArgumentError, Option } from "commander";
import { CONDITIONS, type Condition } from "../../domain/rollout/model";
import { jsonOption, onOwnLab, stackOption } from "../options";
import { examples, seeHelp, type Verb } from "../parts/verb";
import { abortCommand } from "./abort";
import { forecastCommand } from "./forecast";
import { lookCommand, type LookOptions, repaveCommand, type RepaveOptions } from "./inBuild/verbs";
import { type ApproveOptions, approveCommand, stopCommand } from "./onAws/answer";
import { startCommand } from "./onAws/start";
import { statusOnAws } from "./onAws/status";
import { type RolloutCommandOptions, rolloutCommand } from "./run";
import { statusCommand } from "./status";

const EXAMPLE = "docs/examples/rollout.lab.yaml";

/** Headings of the help: where a rollout runs. */
const HERE = "On this machine:";
const AWS = "On AWS (Step Functions):";
const EITHER = "Of either:";
const ONE = "One stack, as the builds on AWS call it:";

interface StatusOptions extends RolloutCommandOptions {
  readonly on: "here" | "aws";
}

export const rolloutVerb: Verb = {
  name: "rollout",
  acts: true,
  register({ io, verb, exit }) {
    const group = verb("Repave many stacks in waves, as a file says; stop when one fails.");
    const action = (name: string, heading: string, description: string, isDefault = false): Command =>
      group
        .command(name, { isDefault })
        .helpGroup(heading)
        .description(description)
        .showHelpAfterError(seeHelp(`rollout ${name}`))
        .addOption(jsonOption);
    const onFile = (name: string, heading: string, description: string, isDefault = false): Command =>
      action(name, heading, description, isDefault).argument(
        "<file>",
        "the rollout (docs/rollout.md explains every key)",
      );
    onOwnLab(onFile("run", HERE, "Carry the rollout out, or continue it. `rollout FILE` is the same.", true))
      .option("-y, --yes", "approve every wave that a person must approve")
      .option("--approve <wave...>", "approve these waves, by name or number")
      .option("--plain", "print lines instead of the live view (the default without a terminal or with CI set)")
      .addHelpText(
        "after",
        examples(`npm run rollout -- ${EXAMPLE}`, `npm run rollout -- rollout.yaml --approve production`),
      )
      .action(async (file: string, options: RolloutCommandOptions) => exit(await rolloutCommand(file, options, io)));
    onFile(
      "abort",
      HERE,
      "End the unfinished rollout of the file: nothing more is started, what is under way comes to its end.",
    )
      .addHelpText("after", examples(`npm run rollout -- abort ${EXAMPLE}`))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await abortCommand(file, options, io)));
    onFile("start", AWS, "Begin the rollout on AWS, which carries it out by itself.")
      .addHelpText("after", examples("npm run rollout -- start rollout.yaml"))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await startCommand(file, options, io)));
    onFile("approve", AWS, "Approve the wave that waits on AWS, or decline it.")
      .option("--wave <wave>", "the wave meant, by name or number: another one that waits is refused")
      .option("--decline", "decline it: the rollout ends")
      .addHelpText("after", examples("npm run rollout -- approve rollout.yaml --wave production"))
      .action(async (file: string, options: ApproveOptions) => exit(await approveCommand(file, options, io)));
    onFile("stop", AWS, "End the rollout on AWS: nothing more is started, what is under way comes to its end.")
      .addHelpText("after", examples("npm run rollout -- stop rollout.yaml"))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await stopCommand(file, options, io)));
    onOwnLab(
      onFile(
        "plan",
        EITHER,
        "Show every wave with the plan, the checks and the forecast of each stack. Changes nothing.",
      ),
    )
      .addHelpText("after", examples(`npm run rollout -- plan ${EXAMPLE}`))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await forecastCommand(file, options, io)));
    onFile("status", EITHER, "Show how far the newest rollout of the file is. Reads its journal alone.")
      .addOption(
        new Option("--on <place>", "where it runs: `here` reads its journal, `aws` the history of its state machine")
          .choices(["here", "aws"])
          .default("here"),
      )
      .addHelpText(
        "after",
        examples(`npm run rollout -- status ${EXAMPLE}`, "npm run rollout -- status rollout.yaml --on aws"),
      )
      .action(async (file: string, { on, ...options }: StatusOptions) =>
        exit(await (on === "aws" ? statusOnAws : statusCommand)(file, options, io)),
      );
    const end = new Option("--end <file>", "file to write the result into");
    onOwnLab(
      action("repave", ONE, "Repave one stack, as a rollout does it.")
        .addOption(stackOption)
        .option("--release <release>", "release to bring it to (default: it keeps its own)")
        .option("--image <image>", "`latest` or an image id (default: it keeps its own)")
        .addOption(
          new Option("--windows <what>", "what to do where its maintenance window is closed")
            .choices(["stop", "wait"])
            .default("stop"),
        )
        .addOption(end),
    )
      .addHelpText("after", examples("npm run rollout -- repave --stack lab --release 692"))
      .action(async (options: RepaveOptions) => exit(await repaveCommand(options, io)));
    onOwnLab(
      action("look", ONE, "Look at one stack, as a rollout does while it soaks.")
        .addOption(stackOption)
        .addOption(
          new Option("--holds <condition...>", `what must hold: ${CONDITIONS.join(", ")}`)
            .argParser(condition)
            .default([...CONDITIONS]),
        )
        .addOption(end),
    )
      .addHelpText("after", examples("npm run rollout -- look --stack lab"))
      .action(async (options: LookOptions) => exit(await lookCommand(options, io)));
    group.addHelpText("after", examples(`npm run rollout -- ${EXAMPLE}`, `npm run rollout -- plan rollout.yaml`));
  },
};

/** Commander keeps the default as the first value. */
function condition(word: string, before: readonly Condition[]): readonly Condition[] {
  const known = CONDITIONS.find((each) => each === word);
  if (known === undefined) throw new InvalidArgumentError(`It must be among ${CONDITIONS.join(", ")}.`);
  return before.length === CONDITIONS.length ? [known] : [...before, known];
}
