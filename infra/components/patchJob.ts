import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jobStatements, startStatements, takenBy, type JobPlace } from "../permissions/job";
import { policyDocument, type PolicyDocument } from "../permissions/statement";
import { derive } from "../refusal";
import { boundedBy } from "./identity";
import { BUILD_MINUTES, buildspec } from "./patchJobBuildspec";

export interface PatchJobArgs extends JobPlace {
  readonly stack: string;
  /** Name of every resource. */
  readonly name: string;
  /** As EventBridge Scheduler has it: `cron(0 2 ? * SUN *)`. Undefined: nothing but a rollout starts the build. */
  readonly calendar: string | undefined;
  readonly timezone: string;
  /** URL of the repository with the stack's file. */
  readonly source: string;
  readonly connectionArn: string | undefined;
  readonly backendUrl: string;
  readonly passphraseSecretArn: string | undefined;
  readonly permissionsBoundaryArn: string | undefined;
  /** What a run may do. */
  readonly operatorPolicy: PolicyDocument;
  /** Where the job stands; undefined: outside of any network of ours. */
  readonly network:
    | {
        readonly vpcId: pulumi.Input<string>;
        readonly subnetIds: readonly pulumi.Input<string>[];
        /** Group of the load balancer, which lets the job in; undefined: a given one, whose owner does. */
        readonly loadBalancerGroupId: pulumi.Input<string> | undefined;
      }
    | undefined;
  /** Topic of the alarms. */
  readonly topicArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const DAYS_OF_LOGS = 400;

interface Alarm extends Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "statistic" | "dimensions"> {
  /** Of its name, after the job's. */
  readonly suffix: string;
  readonly description: string;
}

/**
 * A build that works on the stack, and a schedule that starts it: it calls `patch --latest --scheduled`, or what a rollout asks for. A
 * build may last 36 hours, and one that is stopped is resumed by the next. Calls of the schedule that could not be made are kept in a
 * queue. The queue and failed builds raise an alarm.
 */
export class PatchJob extends pulumi.ComponentResource {
  readonly project: aws.codebuild.Project;

  constructor(
    name: string,
    private readonly args: PatchJobArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tfe:infra:PatchJob", name, {}, opts);
    this.project = this.createProject();
    this.alarm({
      suffix: "failed",
      description: "A build of the stack's job has failed",
      namespace: "AWS/CodeBuild",
      metricName: "FailedBuilds",
      statistic: "Sum",
      dimensions: { ProjectName: this.project.name },
    });
    if (args.calendar !== undefined) this.createSchedule(args.calendar);
    this.registerOutputs({ project: this.project.name });
  }

  private createProject(): aws.codebuild.Project {
    const { args } = this;
    const logs = new aws.cloudwatch.LogGroup(
      "log",
      { name: `/tfe-repave/${args.name}`, retentionInDays: DAYS_OF_LOGS, tags: args.tags },
      { parent: this },
    );
    const role = this.role("job", "codebuild.amazonaws.com");
    this.policy("operator", role, pulumi.output(JSON.stringify(args.operatorPolicy)));
    const own = this.policy(
      "job",
      role,
      derive(logs.arn, (arn) => JSON.stringify(policyDocument(jobStatements(args, arn)))),
    );
    const isGithub = args.source.startsWith("https://github.com/");
    const variables = [
      { name: "PULUMI_BACKEND_URL", value: args.backendUrl },
      ...(args.passphraseSecretArn === undefined
        ? []
        : [{ name: "PULUMI_CONFIG_PASSPHRASE", value: args.passphraseSecretArn, type: "SECRETS_MANAGER" }]),
    ];
    return new aws.codebuild.Project(
      "patch",
      {
        name: args.name,
        description: `Repaves Terraform Enterprise (${args.stack}) unattended`,
        serviceRole: role.arn,
        source: {
          type: isGithub ? "GITHUB" : "CODECOMMIT",
          location: args.source,
          gitCloneDepth: 1,
          buildspec: buildspec(args.stack),
          ...(args.connectionArn === undefined
            ? {}
            : { auth: { type: "CODECONNECTIONS", resource: args.connectionArn } }),
        },
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          type: "LINUX_CONTAINER",
          computeType: "BUILD_GENERAL1_MEDIUM",
          image: "aws/codebuild/standard:7.0",
          environmentVariables: variables,
        },
        buildTimeout: BUILD_MINUTES,
        // A call that has to wait for the one before may as well be the next.
        queuedTimeout: 5,
        concurrentBuildLimit: 1,
        logsConfig: { cloudwatchLogs: { groupName: logs.name } },
        ...this.placement(),
        tags: args.tags,
      },
      { parent: this, dependsOn: [own] },
    );
  }

  private placement(): Pick<aws.codebuild.ProjectArgs, "vpcConfig"> {
    const { network, name, tags } = this.args;
    if (network === undefined) return {};
    const group = new aws.ec2.SecurityGroup(
      "job",
      { name, description: "Scheduled patches", vpcId: network.vpcId, tags },
      { parent: this },
    );
    new aws.vpc.SecurityGroupEgressRule(
      "job-to-anywhere",
      {
        securityGroupId: group.id,
        description: "AWS, the repository, registries",
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
        tags,
      },
      { parent: this },
    );
    if (network.loadBalancerGroupId !== undefined) {
      const rule = {
        description: "Scheduled patches measure the outage",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        tags,
      };
      new aws.vpc.SecurityGroupIngressRule(
        "https-from-job",
        { ...rule, securityGroupId: network.loadBalancerGroupId, referencedSecurityGroupId: group.id },
        { parent: this },
      );
    }
    return { vpcConfig: { vpcId: network.vpcId, subnets: [...network.subnetIds], securityGroupIds: [group.id] } };
  }

  /** Calls of the schedule that could not be made. */
  private createMissed(): aws.sqs.Queue {
    const { name, tags } = this.args;
    const fortnight = 14 * 86_400;
    const missed = new aws.sqs.Queue(
      "missed",
      { name: `${name}-missed`, messageRetentionSeconds: fortnight, sqsManagedSseEnabled: true, tags },
      { parent: this },
    );
    this.alarm({
      suffix: "missed",
      description: "A scheduled patch could not be started",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: { QueueName: missed.name },
    });
    return missed;
  }

  private createSchedule(calendar: string): void {
    const { name, timezone } = this.args;
    const missed = this.createMissed();
    const role = this.role("start", "scheduler.amazonaws.com");
    const start = this.policy(
      "start",
      role,
      derive(pulumi.all([this.project.arn, missed.arn]), ([project, queue]) =>
        JSON.stringify(policyDocument(startStatements(project, queue))),
      ),
    );
    new aws.scheduler.Schedule(
      "patch",
      {
        name,
        scheduleExpression: calendar,
        scheduleExpressionTimezone: timezone,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: this.project.arn,
          roleArn: role.arn,
          deadLetterConfig: { arn: missed.arn },
          // Later than an hour it would come at another time of day than was asked for.
          retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 5 },
        },
      },
      { parent: this, dependsOn: [start] },
    );
  }

  /** Raises an alarm when the metric is greater than zero in any five minutes. */
  private alarm({ suffix, description, ...metric }: Alarm): void {
    const { name, topicArn, tags } = this.args;
    new aws.cloudwatch.MetricAlarm(
      suffix,
      {
        name: `${name}-${suffix}`,
        alarmDescription: description,
        ...metric,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: topicArn === undefined ? [] : [topicArn],
        tags,
      },
      { parent: this },
    );
  }

  /** A role that one service may take, on behalf of this account alone. */
  private role(suffix: string, service: string): aws.iam.Role {
    const { name, accountId, tags } = this.args;
    const assumeRolePolicy = JSON.stringify(takenBy(service, accountId));
    const bounded = boundedBy(this.args.permissionsBoundaryArn);
    return new aws.iam.Role(
      suffix,
      { name: `${name}-${suffix}`, assumeRolePolicy, ...bounded, tags },
      { parent: this },
    );
  }

  private policy(suffix: string, role: aws.iam.Role, policy: pulumi.Output<string>): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(suffix, { role: role.name, name: suffix, policy }, { parent: this });
  }
}
