import { onCalendar } from "./cron";
import { heading, type Job, jobWords, type RenderedJob } from "./job";

export interface SystemdPlace {
  /** The checkout. */
  readonly root: string;
  /** Path of node. */
  readonly node: string;
  /** Who runs it. */
  readonly user: string;
}

/** A service that runs once, and the timer that calls it. systemd never starts a service a second time beside itself. */
export function systemdJob(job: Job, { root, node, user }: SystemdPlace): RenderedJob {
  const name = `tfe-repave-${job.stack}`;
  const environment = `/etc/tfe-repave/${job.stack}.env`;
  const service = [
    ...heading(job, "systemd", `--user ${user}`),
    "[Unit]",
    `Description=Patch Terraform Enterprise (${job.stack})`,
    "Wants=network-online.target",
    "After=network-online.target",
    "",
    "[Service]",
    "Type=oneshot",
    `User=${user}`,
    `WorkingDirectory=${root}`,
    `Environment=AWS_REGION=${job.region} PATH=${node.replace(/\/[^/]*$/, "")}:/usr/local/bin:/usr/bin:/bin`,
    "# Passphrase of the Pulumi backend and similar variables; mode 0600. For AWS credentials, prefer the machine's own role.",
    `EnvironmentFile=-${environment}`,
    `ExecStart=${node} ${jobWords(job)}`,
    "# A drain may take a day. When stopped, the run ends at its next safe point, and the next call resumes it.",
    "TimeoutStartSec=infinity",
    "KillMode=mixed",
    "KillSignal=SIGINT",
    "TimeoutStopSec=15min",
    "NoNewPrivileges=yes",
    "ProtectSystem=full",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectControlGroups=yes",
    "RestrictSUIDSGID=yes",
    "",
  ];
  const timer = [
    ...heading(job, "systemd", `--user ${user}`),
    "[Unit]",
    `Description=When Terraform Enterprise (${job.stack}) is patched`,
    "",
    "[Timer]",
    `OnCalendar=${onCalendar(job.cron, job.zone)}`,
    "# A missed call is not made up for, because it could start at any time of day.",
    "Persistent=false",
    "AccuracySec=1min",
    "",
    "[Install]",
    "WantedBy=timers.target",
    "",
  ];
  const files = [
    { path: `schedule/${name}.service`, text: service.join("\n") },
    { path: `schedule/${name}.timer`, text: timer.join("\n") },
  ];
  return {
    files,
    next: [
      `sudo install -m 0644 ${files.map(({ path }) => path).join(" ")} /etc/systemd/system/`,
      `sudo install -d -m 0750 /etc/tfe-repave && sudo install -m 0600 /dev/null ${environment}   # then fill it in`,
      `sudo systemctl daemon-reload && sudo systemctl enable --now ${name}.timer`,
      `journalctl -u ${name}.service shows the output of each call; ${user} must be able to write to ${root}`,
    ],
  };
}
