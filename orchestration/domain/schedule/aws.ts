import { awsCron } from "./cron";
import type { Job, RenderedJob } from "./job";

/** Keys of the stack that the job needs in addition to its calendar, and what they are. */
const NEEDED = {
  scheduleSource: "https://github.com/OWNER/REPOSITORY",
  scheduleBackendUrl: "s3://BUCKET",
} as const;

/** The job in AWS is part of the stack: what is written are keys of its configuration, by Pulumi's own command. */
export function awsJob(job: Job, given: Partial<Record<keyof typeof NEEDED, string | undefined>>): RenderedJob {
  const set = (key: string, value: string): string => `pulumi config set --stack ${job.stack} tfe:${key} '${value}'`;
  const keys = Object.keys(NEEDED) as (keyof typeof NEEDED)[];
  return {
    files: [],
    next: [
      ...keys.filter((key) => given[key] === undefined).map((key) => set(key, NEEDED[key])),
      set("scheduleTimezone", job.zone),
      set("scheduleCalendar", awsCron(job.cron)),
      `pulumi up --stack ${job.stack}   # builds EventBridge Scheduler → CodeBuild with roles, log, alarms and a queue of missed calls`,
      "a build lasts 36 hours at most: a longer run is stopped at a safe point one hour before, and the next call resumes it",
    ],
  };
}
