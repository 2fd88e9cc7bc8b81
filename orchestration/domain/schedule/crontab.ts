import { heading, type Job, jobWords, type RenderedJob } from "./job";

export interface CronPlace {
  readonly root: string;
  readonly node: string;
  /** Who runs it. */
  readonly user: string;
  /** Receiver of the output of a failed call; undefined: none. */
  readonly mailTo: string | undefined;
}

/**
 * A file for /etc/cron.d, whose settings hold for it alone. A call does nothing while the previous one still runs (`flock`; the
 * lease would refuse it as well). Everything goes to a log; only a call that fails prints, and so sends mail.
 */
export function cronJob(job: Job, { root, node, user, mailTo }: CronPlace): RenderedJob {
  const log = `.tfe-repave/schedule-${job.stack}.log`;
  const run = `flock -n -E 0 .tfe-repave/schedule-${job.stack}.lock ${node} ${jobWords(job)}`;
  const failed = `{ code=$?; echo "patch of ${job.stack} ended with $code:"; tail -n 25 ${log}; exit $code; }`;
  const lines = [
    ...heading(job, "cron", [`--user ${user}`, ...(mailTo === undefined ? [] : [`--mail-to ${mailTo}`])].join(" ")),
    "# cronie uses CRON_TZ. Debian's cron ignores it and uses the machine's time zone, which must then be this one.",
    `CRON_TZ=${job.zone}`,
    "SHELL=/bin/sh",
    `PATH=${node.replace(/\/[^/]*$/, "")}:/usr/local/bin:/usr/bin:/bin`,
    `MAILTO=${mailTo ?? '""'}`,
    `AWS_REGION=${job.region}`,
    `${job.cron.text} ${user} cd ${root} && mkdir -p .tfe-repave && ${run} >>${log} 2>&1 || ${failed}`,
    "",
  ];
  // cron reads no file of that folder whose name has a dot.
  const name = `tfe-repave-${job.stack.replaceAll(".", "-")}`;
  const path = `schedule/${name}`;
  return {
    files: [{ path, text: lines.join("\n") }],
    next: [
      `sudo install -o root -g root -m 0644 ${path} /etc/cron.d/${name}   # the same again replaces it`,
      `the output of each call is in ${log}; ${user} must be able to write to ${root}; set PULUMI_CONFIG_PASSPHRASE_FILE and similar variables in the file as NAME=value`,
    ],
  };
}
