import { heading, type Job, jobWords, type RenderedJob } from "./job";

export interface CronPlace {
  readonly root: string;
  readonly node: string;
  /** Receiver of the output of a failed call; undefined: none. */
  readonly mailTo: string | undefined;
}

/**
 * A crontab. A call while the one before still runs does nothing (`flock`; the lease would refuse it as well). Everything goes to
 * a log; only a call that fails prints, and so sends mail.
 */
export function cronJob(job: Job, { root, node, mailTo }: CronPlace): RenderedJob {
  const log = `.tfe-repave/schedule-${job.stack}.log`;
  const run = `flock -n -E 0 .tfe-repave/schedule-${job.stack}.lock ${node} ${jobWords(job)}`;
  const failed = `{ code=$?; echo "patch of ${job.stack} ended with $code:"; tail -n 25 ${log}; exit $code; }`;
  const lines = [
    ...heading(job, "cron", mailTo === undefined ? "" : `--mail-to ${mailTo}`),
    "# cronie uses CRON_TZ. Debian's cron ignores it and uses the machine's time zone, which must then be this one.",
    `CRON_TZ=${job.zone}`,
    "SHELL=/bin/sh",
    `PATH=${node.replace(/\/[^/]*$/, "")}:/usr/local/bin:/usr/bin:/bin`,
    `MAILTO=${mailTo ?? '""'}`,
    `AWS_REGION=${job.region}`,
    `${job.cron.text} cd ${root} && mkdir -p .tfe-repave && ${run} >>${log} 2>&1 || ${failed}`,
    "",
  ];
  const path = `schedule/tfe-repave-${job.stack}.crontab`;
  return {
    files: [{ path, text: lines.join("\n") }],
    next: [
      `(crontab -l 2>/dev/null; cat ${path}) | crontab -`,
      `the output of each call is in ${log}; set PULUMI_CONFIG_PASSPHRASE_FILE and similar variables in the crontab as NAME=value`,
    ],
  };
}
