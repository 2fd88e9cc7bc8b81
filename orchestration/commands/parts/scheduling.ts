import type { StackConfig } from "../../../infra/config/index";
import { ORCHESTRATOR } from "../../../infra/contract";
import { answer } from "../../adapters/reporters/schema/answers";
import { RepaveError } from "../../domain/errors";
import { awsJob } from "../../domain/schedule/aws";
import { inWords, nextTimes, parseCron } from "../../domain/schedule/cron";
import { cronJob } from "../../domain/schedule/crontab";
import { githubJob } from "../../domain/schedule/github";
import type { Job, RenderedJob } from "../../domain/schedule/job";
import { systemdJob } from "../../domain/schedule/systemd";
import { wallTime } from "../../domain/window/fitting";
import { writeJobFiles } from "../../wiring/machine";
import { isClone, onlyStack, plainStackName, projectRoot, readStack, type StackFile } from "../../wiring/stacks";
import type { Io } from "../io";
import type { ScheduleOptions } from "../options/schedule";

/** Where it is called from; tests give their own. */
export interface SchedulePlace {
  readonly root: string;
  readonly node: string;
}

/** `schedule`: writes a job that patches the stack unattended. Resolves to the exit code. */
export async function scheduleCommand(
  options: ScheduleOptions,
  io: Io,
  place: SchedulePlace = { root: projectRoot(), node: process.execPath },
): Promise<number> {
  const stack = plainStackName(options.stack ?? onlyStack());
  const found = readStack(stack);
  const rendered = renderJob({ ...options, stack }, found.config, regionOf(found), place);
  const written =
    options.print === true ? [] : await writeJobFiles(place.root, rendered.files, { force: options.force === true });
  const when = whenIn(options);
  if (options.json === true) {
    io.out(JSON.stringify(answer("schedule", { stack, on: options.on, when, ...rendered, written })));
    return 0;
  }
  if (options.print === true) for (const { path, text } of rendered.files) io.out(`# ${path}\n${text}`);
  else for (const { path } of rendered.files) io.out(`${path}: ${written.includes(path) ? "written" : "unchanged"}`);
  io.out(when);
  io.out("Next:");
  for (const line of rendered.next) io.out(`  ${line}`);
  return 0;
}

const SHOWN_TIMES = 3;

/** The calendar in words, with its next times by the clock of its zone. */
function whenIn({ calendar, timezone }: Pick<ScheduleOptions, "calendar" | "timezone">): string {
  const cron = parseCron(calendar);
  const times = nextTimes(cron, timezone, Date.now(), SHOWN_TIMES).map((at) => wallTime(at, timezone));
  return `${inWords(cron)}, ${timezone}. Next: ${times.map((time) => time.replace(` ${timezone}`, "")).join(", ")}`;
}

/** The job as its scheduler takes it. Throws `USAGE` where it could not work there. */
export function renderJob(
  options: ScheduleOptions & { readonly stack: string },
  config: Pick<StackConfig, "runStore" | "scheduleSource" | "scheduleBackendUrl">,
  region: string,
  place: SchedulePlace,
): RenderedJob {
  const { stack, calendar, timezone: zone } = options;
  const tool = isClone(place.root) ? `--import tsx ${ORCHESTRATOR.entry}` : ORCHESTRATOR.installed;
  const job: Job = { stack, cron: parseCron(calendar), zone, region, tool };
  switch (options.on) {
    case "github": {
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
      return cronJob(job, { ...plainPlace(place), user: options.user, mailTo: options.mailTo });
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
