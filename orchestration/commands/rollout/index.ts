import type { Command } from "commander";
import { jsonOption, onOwnLab } from "../options";
import { examples, seeHelp, type Verb } from "../parts/verb";
import { abortCommand } from "./abort";
import { forecastCommand } from "./forecast";
import { type RolloutCommandOptions, rolloutCommand } from "./run";
import { statusCommand } from "./status";

const EXAMPLE = "docs/examples/rollout.lab.yaml";

export const rolloutVerb: Verb = {
  name: "rollout",
  acts: true,
  register({ io, verb, exit }) {
    const group = verb("Repave many stacks in waves, as a file says; stop when one fails.");
    const action = (name: string, description: string, isDefault = false): Command =>
      group
        .command(name, { isDefault })
        .description(description)
        .showHelpAfterError(seeHelp(`rollout ${name}`))
        .argument("<file>", "the rollout (docs/rollout.md explains every key)")
        .addOption(jsonOption);
    onOwnLab(action("run", "Carry the rollout out, or continue it. `rollout FILE` is the same.", true))
      .option("-y, --yes", "approve every wave that a person must approve")
      .option("--approve <wave...>", "approve these waves, by name or number")
      .option("--plain", "print lines instead of the live view (the default without a terminal or with CI set)")
      .addHelpText(
        "after",
        examples(`npm run rollout -- ${EXAMPLE}`, `npm run rollout -- rollout.yaml --approve production`),
      )
      .action(async (file: string, options: RolloutCommandOptions) => exit(await rolloutCommand(file, options, io)));
    onOwnLab(
      action("plan", "Show every wave with the plan, the checks and the forecast of each stack. Changes nothing."),
    )
      .addHelpText("after", examples(`npm run rollout -- plan ${EXAMPLE}`))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await forecastCommand(file, options, io)));
    action("status", "Show how far the newest rollout of the file is. Reads its journal alone.")
      .addHelpText("after", examples(`npm run rollout -- status ${EXAMPLE}`))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await statusCommand(file, options, io)));
    action(
      "abort",
      "End the unfinished rollout of the file: nothing more is started, what is under way comes to its end.",
    )
      .addHelpText("after", examples(`npm run rollout -- abort ${EXAMPLE}`))
      .action(async (file: string, options: RolloutCommandOptions) => exit(await abortCommand(file, options, io)));
    group.addHelpText("after", examples(`npm run rollout -- ${EXAMPLE}`, `npm run rollout -- plan rollout.yaml`));
  },
};
