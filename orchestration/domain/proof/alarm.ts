/** The name of an alarm that is given by name or by ARN: `arn:aws:cloudwatch:<region>:<account>:alarm:<name>`. */
export const alarmName = (given: string): string =>
  /^arn:[\w-]+:cloudwatch:[^:]*:\d*:alarm:(.+)$/.exec(given)?.[1] ?? given;
