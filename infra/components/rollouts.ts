import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { takenBy } from "../permissions/job";
import { TAGS } from "../contract";
import { rolloutName, rolloutPlace, rolloutStatements } from "../permissions/rollout";
import type { Scope } from "../permissions/scope";
import { policyDocument } from "../permissions/statement";
import { derive } from "../refusal";
import { rolloutDefinition } from "../rollout/definition";
import { boundedBy } from "./identity";

const DAYS_OF_LOGS = 400;

/** Metrics of executions that did not end as intended (Step Functions' documentation of its metrics), and what they mean. */
const ALARMS = {
  failed: { metricName: "ExecutionsFailed", alarmDescription: "A rollout has stopped: `rollout status` says why" },
  aborted: { metricName: "ExecutionsAborted", alarmDescription: "Somebody stopped a rollout" },
  "timed-out": { metricName: "ExecutionsTimedOut", alarmDescription: "A rollout has timed out" },
} as const;

/**
 * A state machine that carries rollouts out, with a role, a log and alarms. It starts the builds of the stacks' jobs and knows nothing
 * else of them. The log has no data of executions: the tokens of approvals are among it.
 */
export class Rollouts extends pulumi.ComponentResource {
  readonly machine: aws.sfn.StateMachine;
  /** Name of every resource. */
  private readonly name: string;
  private readonly tags: Readonly<Record<string, string>>;

  constructor(
    name: string,
    private readonly scope: Scope,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tfe:infra:Rollouts", name, {}, opts);
    this.name = rolloutName(scope.stack);
    this.tags = { Name: this.name, [TAGS.stack]: scope.stack };
    this.machine = this.createMachine();
    for (const [suffix, { metricName, alarmDescription }] of Object.entries(ALARMS))
      new aws.cloudwatch.MetricAlarm(
        `rollout-${suffix}`,
        {
          name: `${this.name}-${suffix}`,
          alarmDescription,
          namespace: "AWS/States",
          metricName,
          statistic: "Sum",
          dimensions: { StateMachineArn: this.machine.arn },
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
          period: 300,
          evaluationPeriods: 1,
          treatMissingData: "notBreaching",
          alarmActions: [rolloutPlace(scope).topicArn],
          tags: this.tags,
        },
        { parent: this },
      );
    this.registerOutputs({ machine: this.machine.arn });
  }

  private createMachine(): aws.sfn.StateMachine {
    const { name, tags, scope } = this;
    const { config, accountId } = scope;
    const place = rolloutPlace(scope);
    const log = new aws.cloudwatch.LogGroup(
      "rollout",
      {
        // Under this prefix all state machines share one resource policy.
        name: `/aws/vendedlogs/states/${name}`,
        retentionInDays: DAYS_OF_LOGS,
        ...(config.kmsKeyArn === undefined ? {} : { kmsKeyId: config.kmsKeyArn }),
        tags,
      },
      { parent: this },
    );
    const role = new aws.iam.Role(
      "rollout",
      {
        name,
        assumeRolePolicy: JSON.stringify(takenBy("states.amazonaws.com", accountId)),
        ...boundedBy(config.permissionsBoundaryArn),
        tags,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      "rollout",
      { role: role.name, name: "rollout", policy: JSON.stringify(policyDocument(rolloutStatements(place))) },
      { parent: this },
    );
    return new aws.sfn.StateMachine(
      "rollout",
      {
        name,
        type: "STANDARD",
        roleArn: role.arn,
        definition: JSON.stringify(rolloutDefinition(place)),
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: false,
          logDestination: derive(log.arn, (arn) => `${arn}:*`),
        },
        tags,
      },
      // The service looks at once whether the role may do what the definition says.
      { parent: this, dependsOn: [policy] },
    );
  }
}
