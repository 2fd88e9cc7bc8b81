/** What the state machine of rollouts may do, and who may use it. Pure. */
import { resourceName } from "../names";
import { jobProject } from "./job";
import { arn, type Scope } from "./scope";
import { allow, ANYTHING, policyDocument, type PolicyDocument, type Statement } from "./statement";

/** Name of the state machine, its role, its log and its alarms. */
export const rolloutName = (stack: string): string => resourceName(stack, "rollout");

export const rolloutMachineArn = (scope: Scope): string =>
  arn(scope, "states", `stateMachine:${rolloutName(scope.stack)}`);

/** Rule by which the service learns of a build's end: its own name for it (Step Functions' documentation of CodeBuild). */
const END_OF_BUILDS = "rule/StepFunctionsGetEventForCodeBuildStartBuildRule";

export interface RolloutPlace {
  readonly partition: string;
  /** CodeBuild projects of the stacks' jobs, by ARN. */
  readonly projectArns: readonly string[];
  readonly buildsRuleArn: string;
  readonly topicArn: string;
}

/** What the stack's configuration says of rollouts. */
export function rolloutPlace(scope: Scope): RolloutPlace {
  const { rolloutStacks, notifyTopicArn: topicArn = "" } = scope.config;
  return {
    partition: scope.partition,
    projectArns: rolloutStacks.map((stack) => arn(scope, "codebuild", `project/${jobProject(stack)}`)),
    buildsRuleArn: arn(scope, "events", END_OF_BUILDS),
    topicArn,
  };
}

/**
 * Starting and following the builds, telling the topic, and the log. `codebuild:StopBuild` is left out on purpose: where an execution is
 * stopped, the service would stop its builds with it, in the middle of an outage. Without it they come to their end.
 */
export const rolloutStatements = ({ projectArns, buildsRuleArn, topicArn }: RolloutPlace): readonly Statement[] => [
  ...allow("Repave", ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], projectArns),
  ...allow("LearnOfEnds", ["events:PutTargets", "events:PutRule", "events:DescribeRule"], [buildsRuleArn]),
  ...allow("AskAndTell", ["sns:Publish"], [topicArn]),
  ...allow("DeliverLog", LOG_DELIVERY, ANYTHING),
];

/** As Step Functions' documentation gives them: deliveries of logs have no resource. */
const LOG_DELIVERY = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
];

/** What `rollout start`, `status`, `approve` and `stop` call. */
export function rolloutPolicy(scope: Scope): PolicyDocument {
  const machine = rolloutMachineArn(scope);
  const executions = arn(scope, "states", `execution:${rolloutName(scope.stack)}:*`);
  return policyDocument([
    ...allow("StartRollouts", ["states:StartExecution", "states:ListExecutions"], [machine]),
    ...allow("Answer", ["states:SendTaskSuccess", "states:SendTaskFailure"], [machine]),
    ...allow("FollowAndStop", ["states:GetExecutionHistory", "states:StopExecution"], [executions]),
  ]);
}
