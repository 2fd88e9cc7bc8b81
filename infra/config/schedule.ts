/** What a job in AWS needs besides its calendar. Pure. */

type Key =
  | "instanceProfile"
  | "instanceRoleArn"
  | "scheduleCalendar"
  | "scheduleSource"
  | "scheduleConnectionArn"
  | "scheduleBackendUrl"
  | "notifyTopicArn"
  | "rolloutStacks"
  | "vpcId";

/** Whether the stack has a job in AWS: for its own schedule, or for rollouts. */
export const hasJob = (config: {
  readonly scheduleCalendar?: string | undefined;
  readonly rolloutJob: boolean;
}): boolean => config.scheduleCalendar !== undefined || config.rolloutJob;

/** `https://github.com/owner/name`, or a repository of CodeCommit. */
export const SOURCE_PATTERN =
  /^https:\/\/(github\.com\/[\w.-]+\/[\w.-]+|git-codecommit\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/v1\/repos\/[\w.-]+)$/;

/** The rules, each with whether it is broken and the sentence about it. */
export function unfitForSchedule(
  has: (key: Key) => boolean,
  values: { readonly runStore?: string; readonly rolloutJob?: string },
): readonly (readonly [broken: boolean, problem: string])[] {
  const cause = has("scheduleCalendar") ? "scheduleCalendar" : "rolloutJob";
  const job = has("scheduleCalendar") || values.rolloutJob === "true";
  return [
    [job && !has("scheduleSource"), `scheduleSource is required with ${cause}`],
    [
      job && has("instanceProfile") && !has("instanceRoleArn"),
      `instanceRoleArn is required with ${cause} and instanceProfile: it is the only role that the job may pass`,
    ],
    [job && !has("scheduleBackendUrl"), `scheduleBackendUrl is required with ${cause}`],
    [
      job && values.runStore?.startsWith("s3://") !== true,
      `runStore must be s3://… with ${cause}: a folder is lost with the machine of the job`,
    ],
    [
      has("rolloutStacks") && !has("notifyTopicArn"),
      "notifyTopicArn is required with rolloutStacks: it is where a rollout asks for approvals and tells its end",
    ],
  ];
}
