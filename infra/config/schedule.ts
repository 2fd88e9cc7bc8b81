/** What a job in AWS needs besides its calendar. Pure. */

type Key =
  | "instanceProfile"
  | "instanceRoleArn"
  | "scheduleCalendar"
  | "scheduleSource"
  | "scheduleConnectionArn"
  | "scheduleBackendUrl"
  | "vpcId";

/** `https://github.com/owner/name`, or a repository of CodeCommit. */
export const SOURCE_PATTERN =
  /^https:\/\/(github\.com\/[\w.-]+\/[\w.-]+|git-codecommit\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/v1\/repos\/[\w.-]+)$/;

/** The rules, each with whether it is broken and the sentence about it. */
export const unfitForSchedule = (
  has: (key: Key) => boolean,
  runStore: string | undefined,
): readonly (readonly [broken: boolean, problem: string])[] => [
  [has("scheduleCalendar") && !has("scheduleSource"), "scheduleSource is required with scheduleCalendar"],
  [
    has("scheduleCalendar") && has("instanceProfile") && !has("instanceRoleArn"),
    "instanceRoleArn is required with scheduleCalendar and instanceProfile: it is the only role that the job may pass",
  ],
  [has("scheduleCalendar") && !has("scheduleBackendUrl"), "scheduleBackendUrl is required with scheduleCalendar"],
  [
    has("scheduleCalendar") && runStore?.startsWith("s3://") !== true,
    "runStore must be s3://… with scheduleCalendar: a folder is lost with the machine of the job",
  ],
];
