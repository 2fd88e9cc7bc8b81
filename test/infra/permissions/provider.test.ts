import { jobStatements, type JobPlace } from "../../../infra/permissions/job";
import { nodeNeeds, nodeStatements } from "../../../infra/permissions/node";
import { builderPolicy, operatorPolicy } from "../../../infra/permissions/operator";
import { PROVIDER_CALLS } from "../../../infra/permissions/provider";
import { rolloutPlace, rolloutPolicy, rolloutStatements } from "../../../infra/permissions/rollout";
import { policyDocument } from "../../../infra/permissions/statement";
import { actionsOf, allows } from "../../support/iam";
import { TYPES } from "../../support/stack";
import { tfeProgram } from "../../../infra/program";
import { declare } from "../../support/pulumi";
import { CONTAINER, rawConfig } from "../../support/stackConfig";
import { scope } from "./scope";

const JOB: JobPlace = {
  partition: "aws",
  region: "eu-central-1",
  accountId: "123456789012",
  source: "https://github.com/example/tfe",
  connectionArn: undefined,
  backendUrl: "s3://state/tfe",
  passphraseSecretArn: undefined,
  network: {},
};

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";

const BUILT = {
  services: "build",
  zones: '["eu-central-1a","eu-central-1b"]',
  vpcId: undefined,
  nodeSubnetIds: undefined,
  settingsSecretArn: undefined,
  bucket: undefined,
  databaseId: undefined,
};

const JOB_KEYS_OF_A_STACK = {
  scheduleCalendar: "cron(0 2 ? * SUN *)",
  scheduleSource: "https://github.com/example/tfe",
  scheduleBackendUrl: "s3://state",
  runStore: "s3://runs/tfe",
};

const ROLLOUT_KEYS = {
  rolloutStacks: '["test","production"]',
  notifyTopicArn: "arn:aws:sns:eu-central-1:123456789012:tfe",
};

const JOB_KEYS = {
  ...JOB_KEYS_OF_A_STACK,
  scheduleConnectionArn: "arn:aws:codeconnections:eu-central-1:123456789012:connection/1",
};

describe("the builder's policy", () => {
  it("knows every type of resource that the program may declare, and no other", async () => {
    const { resources } = await declare(
      () => tfeProgram({ projectRoot: "/nowhere/project", runsDir: "/nowhere/runs" }),
      { config: rawConfig({ ...BUILT, ...JOB_KEYS, ...ROLLOUT_KEYS }) },
    );
    const declared = new Set(resources.map(({ type }) => type).filter((type) => !/^(tfe|pulumi):/.test(type)));
    expect(Object.keys(PROVIDER_CALLS).sort()).toEqual([...declared].sort());
  });

  it("holds what the stack makes and nothing else", () => {
    const services = (change: Parameters<typeof scope>[0]): readonly string[] => [
      ...new Set(actionsOf(builderPolicy(scope(change)).Statement).map((action) => action.split(":")[0] ?? "")),
    ];
    const least = ["autoscaling", "ec2", "elasticloadbalancing", "iam"];
    expect(services({})).toEqual(least);
    expect(services(JOB_KEYS)).toEqual(
      [...least, "cloudwatch", "codebuild", "codeconnections", "logs", "scheduler", "sqs"].sort(),
    );
    expect(services(ROLLOUT_KEYS)).toEqual([...least, "cloudwatch", "logs", "states"].sort());
    expect(services(BUILT)).toEqual([...least, "elasticache", "rds", "s3", "secretsmanager"].sort());
    expect(services({ ...BUILT, kmsKeyArn: KEY })).toContain("kms");
    expect(actionsOf(builderPolicy(scope()).Statement)).toContain("autoscaling:SetInstanceProtection");
  });

  it("passes the roles of the job and of rollouts to the services that take them", () => {
    const passed = builderPolicy(scope({ ...JOB_KEYS, ...ROLLOUT_KEYS })).Statement.filter(({ Action }) =>
      Action.includes("iam:PassRole"),
    );
    expect(passed.map(({ Resource, Condition }) => [Resource, Condition?.["StringEquals"]])).toEqual(
      expect.arrayContaining([
        [["arn:aws:iam::123456789012:role/tfe-test-job-job"], { "iam:PassedToService": "codebuild.amazonaws.com" }],
        [["arn:aws:iam::123456789012:role/tfe-test-job-start"], { "iam:PassedToService": "scheduler.amazonaws.com" }],
        [["arn:aws:iam::123456789012:role/tfe-test-rollout"], { "iam:PassedToService": "states.amazonaws.com" }],
      ]),
    );
  });

  it("makes the roles that the program declares, by their names", async () => {
    const { of } = await declare(() => tfeProgram({ projectRoot: "/nowhere/project", runsDir: "/nowhere/runs" }), {
      config: rawConfig({ ...JOB_KEYS_OF_A_STACK, ...ROLLOUT_KEYS }),
    });
    const policy = builderPolicy(scope({ ...JOB_KEYS, ...ROLLOUT_KEYS }));
    for (const { inputs } of of(TYPES.role)) {
      const resource = `arn:aws:iam::123456789012:role/${String(inputs["name"])}`;
      expect(allows(policy, { action: "iam:CreateRole", resource })).toBe(true);
    }
    expect(allows(policy, { action: "iam:CreateRole", resource: "arn:aws:iam::123456789012:role/other" })).toBe(false);
  });

  it("fits into a role, whatever the stack makes", () => {
    const policy = builderPolicy(scope({ ...BUILT, ...JOB_KEYS, ...ROLLOUT_KEYS, kmsKeyArn: KEY }));
    expect(JSON.stringify(policy).length).toBeLessThan(10_240);
  });

  it("names the calls of all of them, in the stack's region", () => {
    const [first] = builderPolicy(scope()).Statement;
    expect(first).toMatchObject({
      Resource: ["*"],
      Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } },
    });
    expect(first?.Action).toContain("autoscaling:CreateAutoScalingGroup");
    expect(first?.Action.filter((action) => action.startsWith("iam:"))).toEqual([]);
  });

  it("makes no role but the nodes' own, and none where the stack is given a profile", () => {
    const [, roles] = builderPolicy(scope()).Statement;
    expect(roles).toMatchObject({
      Sid: "BuildRoles",
      Resource: [
        "arn:aws:iam::123456789012:role/tfe-test-node",
        "arn:aws:iam::123456789012:instance-profile/tfe-test-node",
      ],
    });
    const given = actionsOf(builderPolicy(scope({ instanceProfile: "given" })).Statement);
    expect(given.filter((action) => action.startsWith("iam:"))).toEqual(["iam:CreateServiceLinkedRole"]);
  });
});

describe("no printed policy", () => {
  const instanceRoleArn = "arn:aws:iam::123456789012:role/nodes";
  const policies = [
    {},
    { instanceProfile: "given" },
    { instanceProfile: "given", instanceRoleArn },
    { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/nodes" },
    { transport: "ssh", bootProof: "off" },
    { ...BUILT, kmsKeyArn: KEY },
    JOB_KEYS,
    ROLLOUT_KEYS,
    { ...CONTAINER, imageRepository: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/tfe" },
  ].flatMap((change) => {
    const narrowed = scope(change);
    return [
      operatorPolicy(narrowed),
      builderPolicy(narrowed),
      policyDocument(nodeStatements(nodeNeeds(narrowed.config))),
      policyDocument(rolloutStatements(rolloutPlace(narrowed))),
      rolloutPolicy(narrowed),
      policyDocument(jobStatements(JOB, "arn:aws:logs:eu-central-1:123456789012:log-group:job")),
    ];
  });
  const statements = policies.flatMap(({ Statement }) => Statement);

  it("passes on a role that a star names", () => {
    const passing = statements.filter(({ Action }) => Action.includes("iam:PassRole"));
    expect(passing.length).toBeGreaterThan(4);
    expect(passing.flatMap(({ Resource }) => Resource).filter((arn) => arn.includes("*"))).toEqual([]);
  });

  it("changes anything on all resources without a condition, but for what IAM cannot narrow", () => {
    const changing = statements
      .filter(({ Resource, Condition }) => Resource.includes("*") && !Condition)
      .flatMap(({ Action }) => Action)
      .filter((action) => !/:(Describe|Get|List)/.test(action));
    // A command is cancelled by its id alone; CodeBuild makes interfaces of its own, whose ids nobody knows beforehand; deliveries of
    // logs have no resource.
    expect([...new Set(changing)].sort()).toEqual([
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "ssm:CancelCommand",
    ]);
  });

  it("names an action by a star", () => {
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("launches what the stack's own template does not name", () => {
    const policy = operatorPolicy(scope());
    const ask = (kind: string, context: Readonly<Record<string, string>>): boolean =>
      allows(policy, {
        action: "ec2:RunInstances",
        resource: `arn:aws:ec2:eu-central-1:123456789012:${kind}/x`,
        context,
      });
    const by = { "ec2:LaunchTemplate": "arn:aws:ec2:eu-central-1:123456789012:launch-template/lt-1" };
    expect(ask("image", { ...by, "ec2:IsLaunchTemplateResource": "true" })).toBe(true);
    expect(ask("image", { ...by, "ec2:IsLaunchTemplateResource": "false" })).toBe(false);
    expect(ask("instance", { ...by, "ec2:IsLaunchTemplateResource": "false" })).toBe(false);
    expect(ask("launch-template", { ...by, "aws:ResourceTag/tfe-repave:stack": "another" })).toBe(false);
    expect(ask("launch-template", { ...by, "aws:ResourceTag/tfe-repave:stack": "test" })).toBe(true);
  });

  it("lets a builder give the nodes' role more than its boundary, where there is one", () => {
    const boundary = "arn:aws:iam::123456789012:policy/nodes";
    const policy = builderPolicy(scope({ permissionsBoundaryArn: boundary }));
    const put = (context: Readonly<Record<string, string>>): boolean =>
      allows(policy, {
        action: "iam:PutRolePolicy",
        resource: "arn:aws:iam::123456789012:role/tfe-test-node",
        context,
      });
    expect(put({})).toBe(false);
    expect(put({ "iam:PermissionsBoundary": boundary })).toBe(true);
  });

  it("makes a service-linked role of any service but those that a stack needs", () => {
    const made = statements.filter(({ Action }) => Action.includes("iam:CreateServiceLinkedRole"));
    expect(made.map(({ Condition }) => Condition?.["StringLike"]?.["iam:AWSServiceName"])).toContainEqual([
      "autoscaling.amazonaws.com*",
      "elasticloadbalancing.amazonaws.com*",
    ]);
    expect(JSON.stringify(made)).not.toContain('"*.amazonaws.com*"');
  });
});
