import { InvalidArgumentError, Option } from "commander";
import { DateTime } from "luxon";
import type { StackConfig } from "../../infra/config/index";
import { answer } from "../adapters/reporters/schema/answers";
import { writeJobFiles } from "../wiring/machine";
import { RepaveError } from "../domain/errors";
import { awsJob } from "../domain/schedule/aws";
import { parseCron } from "../domain/schedule/cron";
import { cronJob } from "../domain/schedule/crontab";
import { githubJob } from "../domain/schedule/github";
import type { Job, RenderedJob } from "../domain/schedule/job";
import { systemdJob } from "../domain/schedule/systemd";
import { onlyStack, plainStackName, PROJECT_ROOT, readStack, type StackFile } from "../wiring/stacks";
import type { Io } from "./io";
import { jsonOption, stackOption } from "./options";
import { matching } from "./options/values";
import { examples, type Verb } from "./verb";

const PLACES = ["github", "systemd", "cron", "aws"] as const;

export interface ScheduleOptions {
  readonly stack?: string;
  readonly on: (typeof PLACES)[number];
  readonly calendar: string;
  readonly timezone: string;
  readonly role?: string;
  readonly runsOn: string;
  readonly user: string;
  readonly mailTo?: string;
  readonly print?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Where it is called from; tests give their own. */
export interface SchedulePlace {
  readonly root: string;
  readonly node: string;
}

/** `schedule`: writes a job that patches the stack unattended. Resolves to the exit code. */
export async function scheduleCommand(
  options: ScheduleOptions,
  io: Io,
  place: SchedulePlace = { root: PROJECT_ROOT, node: process.execPath },
): Promise<number> {
  const stack = plainStackName(options.stack ?? onlyStack());
  const found = readStack(stack);
  const rendered = renderJob({ ...options, stack }, found.config, regionOf(found), place);
  const written =
    options.print === true ? [] : await writeJobFiles(place.root, rendered.files, { force: options.force === true });
  if (options.json === true) {
    io.out(JSON.stringify(answer("schedule", { stack, on: options.on, ...rendered, written })));
    return 0;
  }
  if (options.print === true) for (const { path, text } of rendered.files) io.out(`# ${path}\n${text}`);
  else for (const { path } of rendered.files) io.out(`${path}: ${written.includes(path) ? "written" : "unchanged"}`);
  io.out("Next:");
  for (const line of rendered.next) io.out(`  ${line}`);
  return 0;
}

/** The job as its scheduler takes it. Throws `USAGE` where it could not work there. */
export function renderJob(
  options: ScheduleOptions & { readonly stack: string },
  config: Pick<StackConfig, "runStore" | "scheduleSource" | "scheduleBackendUrl">,
  region: string,
  place: SchedulePlace,
): RenderedJob {
  const job: Job = { stack: options.stack, cron: parseCron(options.calendar), zone: options.timezone, region };
  switch (options.on) {
    case "github": {
      if (job.zone !== "UTC")
        throw usage(
          "GitHub schedules in UTC: give --calendar in UTC. The stack's maintenance windows have their own zone and decide",
        );
      requireBucket(config, "GitHub's machine");
      if (options.role === undefined) throw usage("--on github requires --role, the role that the workflow assumes");
      return githubJob(job, { roleArn: options.role, runsOn: options.runsOn });
    }
    case "aws":
      requireBucket(config, "the CodeBuild machine");
      return awsJob(job, config);
    case "systemd":
      return systemdJob(job, { ...plainPlace(place), user: options.user });
    case "cron":
      return cronJob(job, { ...plainPlace(place), mailTo: options.mailTo });
  }
}

function requireBucket({ runStore }: Pick<StackConfig, "runStore">, machine: string): void {
  if (runStore?.startsWith("s3://") === true) return;
  throw usage(`set tfe:runStore to s3://…: a folder is lost together with ${machine}, including the unfinished run`);
}

const usage = (detail: string): RepaveError => new RepaveError("USAGE", detail);

/** Unit files and crontabs each have rules of their own for blanks and percent signs. */
function plainPlace(place: SchedulePlace): SchedulePlace {
  const odd = [place.root, place.node].find((path) => !/^[\w./@+-]+$/.test(path));
  if (odd !== undefined) throw usage(`${odd}: the paths of a job may contain only letters, digits and ./_@+-`);
  return place;
}

function regionOf({ file, raw }: StackFile): string {
  const region = raw["aws:region"] ?? "";
  if (/^[a-z0-9-]+$/.test(region)) return region;
  throw new RepaveError("STACK_CONFIG_INVALID", `${file} does not set aws:region`);
}

function zone(text: string): string {
  if (!DateTime.utc().setZone(text).isValid || !/^[\w/+-]+$/.test(text))
    throw new InvalidArgumentError("It must be the name of a time zone, such as Europe/Amsterdam.");
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
        new Option("--user <name>", "systemd: user that runs the job")
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
      .action(async (options: ScheduleOptions) => exit(await scheduleCommand(options, io)));
  },
};
