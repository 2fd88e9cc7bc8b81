import { spawnSync } from "node:child_process";
import { tfeProgram } from "../../../infra/program";
import type { PolicyDocument } from "../../../infra/permissions/statement";
import type { Declaration, Declared } from "../../support/pulumi";
import { declare, parentType } from "../../support/pulumi";
import { STACK_TAGS, TYPES } from "../../support/stack";
import { rawConfig } from "../../support/stackConfig";

const JOB_TYPES = {
  project: "aws:codebuild/project:Project",
  schedule: "aws:scheduler/schedule:Schedule",
  queue: "aws:sqs/queue:Queue",
  log: "aws:cloudwatch/logGroup:LogGroup",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
} as const;

interface Buildspec {
  readonly version: number;
  readonly env: object;
  readonly phases: Readonly<Record<"install" | "build" | "post_build", { readonly commands: string[] }>>;
}

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:tfe";
const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe/passphrase-AbCdEf";
const CONNECTION = "arn:aws:codeconnections:eu-central-1:123456789012:connection/1";
const ON: Readonly<Record<string, string>> = {
  scheduleCalendar: "cron(0 2 ? * SUN *)",
  scheduleTimezone: "Europe/Amsterdam",
  scheduleSource: "https://github.com/example/tfe",
  scheduleBackendUrl: "s3://example-pulumi/tfe",
  runStore: "s3://example-runs",
};

/** The stack with a bucket for its runs, in which nobody looks here. */
const declareStack = (change: Readonly<Record<string, string | undefined>>) =>
  declare(() => tfeProgram({ projectRoot: "/nowhere/project", runsDir: "/nowhere/runs" }), {
    config: rawConfig(change),
  });

const namesOf = ({ resources }: Declaration<object>): readonly string[] =>
  resources.filter((each) => parentType(each) === "tfe:infra:PatchJob").map(({ type, name }) => `${type} ${name}`);
const named = ({ of }: Declaration<object>, type: string, name: string): Declared => {
  const found = of(type).find((each) => each.name === name);
  if (!found) throw new Error(`there is no ${type} ${name}`);
  return found;
};
const policyOf = (of: Declaration<object>, name: string): PolicyDocument =>
  JSON.parse(named(of, TYPES.rolePolicy, name).inputs["policy"] as string) as PolicyDocument;

it("is not there unless the stack says when", async () => {
  const { of } = await declareStack({ ...ON, scheduleCalendar: undefined });
  for (const type of Object.values(JOB_TYPES)) expect(of(type)).toEqual([]);
});

it("is a schedule, a build, a queue, a log, two alarms, two roles, and a place in the network", async () => {
  expect([...namesOf(await declareStack(ON))].sort()).toEqual(
    [
      `${JOB_TYPES.log} log`,
      `${JOB_TYPES.alarm} failed`,
      `${JOB_TYPES.alarm} missed`,
      `${JOB_TYPES.project} patch`,
      `${JOB_TYPES.schedule} patch`,
      `${JOB_TYPES.queue} missed`,
      `${TYPES.role} job`,
      `${TYPES.role} start`,
      `${TYPES.rolePolicy} job`,
      `${TYPES.rolePolicy} operator`,
      `${TYPES.rolePolicy} start`,
      `${TYPES.securityGroup} job`,
      `${TYPES.egress} job-to-anywhere`,
      `${TYPES.ingress} https-from-job`,
    ].sort(),
  );
});

it("the schedule starts the build when it was asked to, and keeps a call that could not be made", async () => {
  const stack = await declareStack(ON);
  expect(stack.only(JOB_TYPES.schedule).inputs).toEqual({
    name: "tfe-test-job",
    scheduleExpression: "cron(0 2 ? * SUN *)",
    scheduleExpressionTimezone: "Europe/Amsterdam",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: `arn:${JOB_TYPES.project}:patch`,
      roleArn: `arn:${TYPES.role}:start`,
      deadLetterConfig: { arn: `arn:${JOB_TYPES.queue}:missed` },
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 5 },
    },
  });
  expect(policyOf(stack, "start").Statement).toEqual([
    { Sid: "Start", Effect: "Allow", Action: ["codebuild:StartBuild"], Resource: [`arn:${JOB_TYPES.project}:patch`] },
    {
      Sid: "KeepMissedCalls",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [`arn:${JOB_TYPES.queue}:missed`],
    },
  ]);
});

it("the build patches the stack, one at a time, and asks the run to stop before CodeBuild would", async () => {
  const { only } = await declareStack({
    ...ON,
    schedulePassphraseSecretArn: SECRET,
    scheduleConnectionArn: CONNECTION,
  });
  const { inputs } = only(JOB_TYPES.project);
  expect(inputs).toMatchObject({
    name: "tfe-test-job",
    serviceRole: `arn:${TYPES.role}:job`,
    buildTimeout: 2160,
    concurrentBuildLimit: 1,
    vpcConfig: { vpcId: "vpc-1", subnets: ["subnet-1", "subnet-2"], securityGroupIds: ["job-id"] },
    source: {
      type: "GITHUB",
      location: "https://github.com/example/tfe",
      auth: { type: "CODECONNECTIONS", resource: CONNECTION },
    },
    environment: {
      environmentVariables: [
        { name: "PULUMI_BACKEND_URL", value: "s3://example-pulumi/tfe" },
        { name: "PULUMI_CONFIG_PASSPHRASE", value: SECRET, type: "SECRETS_MANAGER" },
      ],
    },
    tags: STACK_TAGS,
  });
  const spec = JSON.parse((inputs["source"] as { buildspec: string }).buildspec) as Buildspec;
  const limited = "timeout --foreground --signal=INT --kill-after=15m --preserve-status 2100m node";
  expect(spec.phases.build.commands).toEqual([
    'if [ -n "$TFE_REPAVE_CALL" ]; then set -- $TFE_REPAVE_CALL --stack test --json --end /tmp/tfe-repave-end.json; ' +
      "else set -- patch --latest --scheduled --stack test --json; fi; " +
      `if [ -f orchestration/cli.ts ]; then ${limited} --import tsx orchestration/cli.ts "$@"; ` +
      `else ${limited} node_modules/tfe-repave/orchestration/bin.mjs "$@"; fi`,
  ]);
  for (const { commands } of Object.values(spec.phases))
    for (const command of commands) expect(spawnSync("sh", ["-n", "-c", command]).status).toBe(0);
  // What the build says at its end: in a shell of its own, as CodeBuild's.
  expect(spec.env).toEqual({ "exported-variables": ["TFE_REPAVE_END"] });
  const said = (file: string): string =>
    spawnSync("sh", [
      "-c",
      `${spec.phases.post_build.commands[0]?.replace("/tmp/tfe-repave-end.json", `"${file}"`)}; printf %s "$TFE_REPAVE_END"`,
    ]).stdout.toString();
  expect(said(__filename)).toContain("CodeBuild");
  expect(said("/nowhere")).toBe("");
});

it.each([
  ["", "patch --latest --scheduled --stack test --json"],
  [
    "rollout repave --release 692 --windows wait",
    "rollout repave --release 692 --windows wait --stack test --json --end /tmp/tfe-repave-end.json",
  ],
  ["rollout look; echo $HOME", "rollout look; echo $HOME --stack test --json --end /tmp/tfe-repave-end.json"],
])("the words of a rollout are words and no commands: %j", async (words, called) => {
  const { only } = await declareStack(ON);
  const spec = JSON.parse((only(JOB_TYPES.project).inputs["source"] as { buildspec: string }).buildspec) as Buildspec;
  const command = (spec.phases.build.commands[0] ?? "").replaceAll(/timeout .*?bin\.mjs|timeout .*?cli\.ts/g, "echo");
  const { stdout } = spawnSync("sh", ["-c", command], { env: { ...process.env, TFE_REPAVE_CALL: words } });
  expect(stdout.toString().trim()).toBe(called);
});

it("is there without a calendar, too, where rollouts start it: then nothing else does", async () => {
  const { of, only } = await declareStack({ ...ON, scheduleCalendar: undefined, rolloutJob: "true" });
  expect(only(JOB_TYPES.project).inputs["name"]).toBe("tfe-test-job");
  expect(of(JOB_TYPES.schedule)).toEqual([]);
  expect(of(JOB_TYPES.queue)).toEqual([]);
  expect(of(JOB_TYPES.alarm).map(({ inputs }) => inputs["metricName"])).toEqual(["FailedBuilds"]);
});

it("the job's role may do what an operator may, and its own affairs by name; the roles are for this account alone", async () => {
  const stack = await declareStack({ ...ON, schedulePassphraseSecretArn: SECRET, scheduleConnectionArn: CONNECTION });
  const own = policyOf(stack, "job").Statement;
  expect(Object.fromEntries(own.map(({ Sid, Resource }) => [Sid, Resource]))).toEqual({
    WriteLog: [`arn:${JOB_TYPES.log}:log:*`],
    UseConnection: [CONNECTION],
    ReadPassphrase: [SECRET],
    ListBackend: ["arn:aws:s3:::example-pulumi"],
    UseBackend: ["arn:aws:s3:::example-pulumi/tfe/*"],
    StandInNetwork: ["*"],
    LendInterface: ["arn:aws:ec2:eu-central-1:123456789012:network-interface/*"],
  });
  const all = [...own, ...policyOf(stack, "operator").Statement];
  expect(all.map(({ Sid }) => Sid)).toEqual(expect.arrayContaining(["SeeFleet", "FenceAndReplace"]));
  expect(all.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  // IAM's limit on what is written into one role.
  expect(JSON.stringify([policyOf(stack, "job"), policyOf(stack, "operator")]).length).toBeLessThan(10_240);
  for (const [name, service] of [
    ["job", "codebuild.amazonaws.com"],
    ["start", "scheduler.amazonaws.com"],
  ] as const) {
    const trust = JSON.parse(named(stack, TYPES.role, name).inputs["assumeRolePolicy"] as string) as PolicyDocument;
    expect(trust.Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Principal: { Service: service },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  }
});

it("raises an alarm when a build fails and when one could not be started", async () => {
  const { of } = await declareStack({ ...ON, notifyTopicArn: TOPIC });
  expect(of(JOB_TYPES.alarm).map(({ inputs }) => inputs)).toEqual([
    expect.objectContaining({
      namespace: "AWS/CodeBuild",
      metricName: "FailedBuilds",
      dimensions: { ProjectName: "tfe-test-job" },
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      alarmActions: [TOPIC],
    }),
    expect.objectContaining({
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "tfe-test-job-missed" },
      alarmActions: [TOPIC],
    }),
  ]);
});

it("reads a repository of CodeCommit by its role alone", async () => {
  const scheduleSource = "https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/tfe";
  const stack = await declareStack({ ...ON, scheduleSource });
  expect(stack.only(JOB_TYPES.project).inputs["source"]).toMatchObject({
    type: "CODECOMMIT",
    location: scheduleSource,
  });
  expect(policyOf(stack, "job").Statement).toContainEqual({
    Sid: "PullRepository",
    Effect: "Allow",
    Action: ["codecommit:GitPull"],
    Resource: ["arn:aws:codecommit:eu-central-1:123456789012:tfe"],
  });
});

it("is the same whatever a run changes, so that a run's updates do not touch it", async () => {
  const declared = async (change: Readonly<Record<string, string>>) =>
    (await declareStack({ ...ON, ...change })).resources
      .filter((each) => parentType(each) === "tfe:infra:PatchJob")
      .map(({ type, name, inputs }) => ({ type, name, inputs }));
  const build = { releaseSequence: "692", image: "ami-0000000000000000b", activeTemplateVersion: "3", nodeCount: "0" };
  expect(await declared({ ...build, buildRecord: "9" })).toEqual(await declared({}));
});

it.each([
  [{ scheduleSource: undefined }, "tfe:scheduleSource is required with scheduleCalendar"],
  [{ scheduleBackendUrl: undefined }, "tfe:scheduleBackendUrl is required with scheduleCalendar"],
  [
    { scheduleCalendar: undefined, rolloutJob: "true", scheduleSource: undefined },
    "tfe:scheduleSource is required with rolloutJob",
  ],
  [{ rolloutStacks: '["test"]' }, "tfe:notifyTopicArn is required with rolloutStacks"],
  [{ runStore: "./runs" }, "tfe:runStore must be s3://… with scheduleCalendar"],
  [{ scheduleCalendar: "0 2 * * SUN" }, "tfe:scheduleCalendar must be cron(…) or rate(…)"],
  [{ scheduleSource: "https://user:pw@github.com/a/b" }, "tfe:scheduleSource must be https://github.com/owner/name"],
])("a job that could not work is refused: %j", async (change, why) => {
  await expect(declareStack({ ...ON, ...change })).rejects.toThrow(why);
});
