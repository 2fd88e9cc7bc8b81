/** What Pulumi's aws provider calls for the job that patches the stack (`scheduleCalendar`, `rolloutJob`). Pure. */
import type { Calls } from "./nodes";

export const JOB_CALLS: Readonly<Record<string, Calls>> = {
  "aws:codebuild/project:Project": {
    see: ["codebuild:BatchGetProjects"],
    change: ["codebuild:CreateProject", "codebuild:UpdateProject", "codebuild:DeleteProject"],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    see: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
    change: [
      "logs:AssociateKmsKey",
      "logs:CreateLogGroup",
      "logs:PutRetentionPolicy",
      "logs:DeleteRetentionPolicy",
      "logs:DeleteLogGroup",
      "logs:DisassociateKmsKey",
      "logs:TagResource",
      "logs:UntagResource",
    ],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    see: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    change: [
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:DeleteAlarms",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ],
  },
  "aws:scheduler/schedule:Schedule": {
    see: ["scheduler:GetSchedule"],
    change: ["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"],
  },
  "aws:sqs/queue:Queue": {
    see: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
    change: ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue"],
  },
};
