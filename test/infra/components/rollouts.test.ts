import { tfeProgram } from "../../../infra/program";
import type { PolicyDocument } from "../../../infra/permissions/statement";
import { declare, parentType } from "../../support/pulumi";
import { TYPES } from "../../support/stack";
import { rawConfig } from "../../support/stackConfig";

/** It has no types. */
const aslValidator =
  jest.requireActual<
    (definition: object, options: object) => { readonly isValid: boolean; readonly errors: readonly unknown[] }
  >("asl-validator");

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:tfe";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const ON = { rolloutStacks: '["test","production_eu"]', notifyTopicArn: TOPIC };
const ARN = "eu-central-1:123456789012";

const declareStack = (change: Readonly<Record<string, string | undefined>>) =>
  declare(() => tfeProgram({ projectRoot: "/nowhere/project", runsDir: "/nowhere/runs" }), {
    config: rawConfig(change),
  });

/** The one resource of this type that belongs to rollouts. */
async function declared(type: string): Promise<Readonly<Record<string, unknown>>> {
  const { of } = await declareStack(ON);
  const [only, ...others] = of(type).filter((each) => parentType(each) === "tfe:infra:Rollouts");
  if (!only || others.length > 0) throw new Error(`not one ${type}`);
  return only.inputs;
}

const policy = async (): Promise<PolicyDocument> =>
  JSON.parse((await declared(TYPES.rolePolicy))["policy"] as string) as PolicyDocument;

it("is not there unless the stack names the stacks of rollouts", async () => {
  const { resources } = await declareStack({ notifyTopicArn: TOPIC });
  expect(resources.filter((each) => parentType(each) === "tfe:infra:Rollouts")).toEqual([]);
});

it("is a state machine, a role with a policy, a log and three alarms to the topic", async () => {
  const { resources, of } = await declareStack(ON);
  expect(
    resources
      .filter((each) => parentType(each) === "tfe:infra:Rollouts")
      .map(({ type, name }) => `${type} ${name}`)
      .sort(),
  ).toEqual(
    [
      `${MACHINE} rollout`,
      `${TYPES.role} rollout`,
      `${TYPES.rolePolicy} rollout`,
      "aws:cloudwatch/logGroup:LogGroup rollout",
      "aws:cloudwatch/metricAlarm:MetricAlarm rollout-aborted",
      "aws:cloudwatch/metricAlarm:MetricAlarm rollout-failed",
      "aws:cloudwatch/metricAlarm:MetricAlarm rollout-timed-out",
    ].sort(),
  );
  expect(of("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs)).toEqual(
    ["ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut"].map((metricName): unknown =>
      expect.objectContaining({
        namespace: "AWS/States",
        metricName,
        dimensions: { StateMachineArn: `arn:${MACHINE}:rollout` },
        threshold: 0,
        comparisonOperator: "GreaterThanThreshold",
        alarmActions: [TOPIC],
      }),
    ),
  );
});

it("the machine keeps a log without the data of executions, where the tokens of approvals are", async () => {
  expect(await declared(MACHINE)).toMatchObject({
    name: "tfe-test-rollout",
    type: "STANDARD",
    roleArn: `arn:${TYPES.role}:rollout`,
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: false,
      logDestination: "arn:aws:cloudwatch/logGroup:LogGroup:rollout:*",
    },
  });
  const { of } = await declareStack({ ...ON, kmsKeyArn: `arn:aws:kms:${ARN}:key/1` });
  expect(of("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs)).toEqual([
    expect.objectContaining({
      name: "/aws/vendedlogs/states/tfe-test-rollout",
      retentionInDays: 400,
      kmsKeyId: `arn:aws:kms:${ARN}:key/1`,
    }),
  ]);
});

it("may start and follow the jobs of these stacks, tell one topic, and stop no build", async () => {
  expect((await policy()).Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    [
      ["codebuild:StartBuild", "codebuild:BatchGetBuilds"],
      [
        `arn:aws:codebuild:${ARN}:project/tfe-test-job`,
        expect.stringMatching(/project\/tfe-production-eu-[0-9a-f]{8}-job$/),
      ],
    ],
    [
      ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      [`arn:aws:events:${ARN}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule`],
    ],
    [["sns:Publish"], [TOPIC]],
    [expect.arrayContaining(["logs:CreateLogDelivery"]), ["*"]],
  ]);
  expect(JSON.stringify(await policy())).not.toContain("StopBuild");
  expect(JSON.parse((await declared(TYPES.role))["assumeRolePolicy"] as string)).toMatchObject({
    Statement: [
      {
        Principal: { Service: "states.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ],
  });
});

describe("the definition", () => {
  const definition = async (): Promise<object> =>
    JSON.parse((await declared(MACHINE))["definition"] as string) as object;

  it("passes a published validator, paths and all", async () => {
    const options = { checkPaths: true, checkArn: true };
    expect(aslValidator(await definition(), options)).toMatchObject({ isValid: true, errors: [] });
    const broken = JSON.parse(
      JSON.stringify(await definition()).replace('"StartAt":"Waves"', '"StartAt":"Wave"'),
    ) as object;
    expect(aslValidator(broken, options).isValid).toBe(false);
  });

  it("is small: it knows no stack, so it has the same size for any number of them", async () => {
    expect(JSON.stringify(await definition())).not.toContain("production");
    // The service takes 1 MB.
    expect(JSON.stringify(await definition()).length).toBeLessThan(10_000);
  });

  it("calls what its role may call, and nothing else", async () => {
    const calls = JSON.stringify(await definition()).match(/arn:aws:states:::[\w:.-]+/g);
    expect([...new Set(calls)].sort()).toEqual([
      "arn:aws:states:::codebuild:startBuild.sync",
      "arn:aws:states:::sns:publish",
      "arn:aws:states:::sns:publish.waitForTaskToken",
    ]);
  });
});
