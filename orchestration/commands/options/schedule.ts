/** Schedulers that a job can be written for. */
export const PLACES = ["github", "systemd", "cron", "aws"] as const;

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
