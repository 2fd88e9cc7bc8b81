import { InvalidArgumentError, Option } from "commander";
import { lazily } from "../adapters/machine/lazy";
import { zoneProblem } from "../domain/window/zone";
import { jsonOption, stackOption } from "./options";
import { PLACES, type ScheduleOptions } from "./options/schedule";
import { matching } from "./options/values";
import type * as scheduling from "./parts/scheduling";
import { examples, type Verb } from "./parts/verb";

/** Loaded when it is used: it brings the libraries that read calendars. */
const loaded = (): typeof scheduling => lazily("./parts/scheduling", __filename) as typeof scheduling;

function zone(text: string): string {
  const problem = zoneProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`${problem}.`);
  return text;
}

export const scheduleVerb: Verb = {
  name: "schedule",
  acts: false,
  register({ io, verb, exit }) {
    verb("Write the job that patches a stack unattended, for systemd, cron, GitHub or AWS.")
      .addOption(stackOption)
      .addOption(new Option("--on <scheduler>", "scheduler that runs the job").choices(PLACES).makeOptionMandatory())
      .addOption(
        new Option("--calendar <cron>", 'when the job runs, as a cron expression: "0 2 * * SUN"').makeOptionMandatory(),
      )
      .addOption(new Option("--timezone <zone>", "time zone of --calendar").default("UTC").argParser(zone))
      .addOption(
        new Option("--role <arn>", "github: IAM role that the workflow assumes").argParser(
          matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, "the ARN of a role"),
        ),
      )
      .addOption(
        new Option("--runs-on <label>", "github: runner label; the runner must reach the application")
          .default("ubuntu-latest")
          .argParser(matching(/^[\w.-]+$/, "one label")),
      )
      .addOption(
        new Option("--user <name>", "systemd, cron: user that runs the job")
          .default("tfe-repave")
          .argParser(matching(/^[a-z_][\w-]*$/, "a user name")),
      )
      .addOption(
        new Option("--mail-to <address>", "cron: address that gets the output of a failed job").argParser(
          matching(/^[\w.+-]+(@[\w.-]+)?$/, "a mail address"),
        ),
      )
      .option("--print", "print the files instead of writing them")
      .option("--force", "overwrite existing files that differ")
      .addOption(jsonOption)
      .addHelpText(
        "after",
        examples(
          'npm run schedule -- --stack production --on systemd --calendar "0 2 * * SUN" --timezone Europe/Amsterdam',
          'npm run schedule -- --stack production --on github --calendar "0 1 * * *" --role arn:aws:iam::123456789012:role/tfe-repave',
          'npm run schedule -- --stack production --on cron --calendar "30 2 * * 6" --mail-to ops@example.com --print',
        ),
      )
      .action(async (options: ScheduleOptions) => exit(await loaded().scheduleCommand(options, io)));
  },
};
