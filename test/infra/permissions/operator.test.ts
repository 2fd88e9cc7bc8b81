import {
  builderPolicy,
  callStatements,
  doctorPolicy,
  doctorStatements,
  handoverStatements,
  movePolicy,
  operatorPolicy,
} from "../../../infra/permissions/operator";
import { initPolicy, initStatements } from "../../../infra/permissions/init";
import { rolloutPolicy } from "../../../infra/permissions/rollout";
import { updateStatements } from "../../../infra/permissions/provider";
import { callSites } from "../../support/awsCalls";
import { policyDocument } from "../../../infra/permissions/statement";
import { actionsOf, allows } from "../../support/iam";
import { recordedCalls, requestsOf, type Recorded } from "./recorded";
import { CONTAINER } from "../../support/stackConfig";
import { scope, SLACK_SECRET, TOPIC } from "./scope";

const POLICY_LIMIT = 6_144;

const FORMER = {
  formerGroup: "example-tfe-asg",
  targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tfe/0123456789abcdef",
};

describe("the operator's policy", () => {
  const everything = scope();
  const ownStatements = [
    ...callStatements(everything),
    ...doctorStatements(everything),
    ...initStatements(),
    ...handoverStatements(everything),
  ];

  it("names the calls that the sources make, and no other", () => {
    const made = [...new Set(callSites().map(({ action }) => action))].sort();
    const all = [...ownStatements, ...callStatements(scope(FORMER)), ...rolloutPolicy(everything).Statement];
    expect(actionsOf(all)).toEqual(made);
  });

  it("lets init ask the nodes of the group that it is for, and make no secret but that for settings", () => {
    const [reading, asking] = [initPolicy(), initPolicy("example-tfe-asg")];
    const command = (group: string) => ({
      action: "ssm:SendCommand",
      resource: "arn:aws:ec2:eu-central-1:123456789012:instance/i-0aaa",
      context: { "ssm:resourceTag/aws:autoscaling:groupName": group },
    });
    expect([reading, asking].map((policy) => allows(policy, command("example-tfe-asg")))).toEqual([false, true]);
    expect(allows(asking, command("another-asg"))).toBe(false);
    const create = (name: string) => ({
      action: "secretsmanager:CreateSecret",
      resource: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`,
    });
    expect(allows(asking, create("tfe-repave/production/settings-a1b2c3"))).toBe(true);
    for (const name of ["tfe-repave/production/variables-a1b2c3", "prod/database-a1b2c3"])
      expect(allows(asking, create(name))).toBe(false);
    expect(actionsOf(asking.Statement).filter((action) => /GetSecretValue|PutSecretValue/.test(action))).toEqual([]);
  });

  it("allows an adoption to resize and tag the former group, and no other", () => {
    const policy = operatorPolicy(scope(FORMER));
    const resource = (name: string): string =>
      `arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:1:autoScalingGroupName/${name}`;
    for (const action of [
      "autoscaling:UpdateAutoScalingGroup",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DeleteTags",
    ]) {
      expect(allows(policy, { action, resource: resource("example-tfe-asg") })).toBe(true);
      expect(allows(policy, { action, resource: resource("another-asg") })).toBe(false);
      expect(allows(operatorPolicy(everything), { action, resource: resource("example-tfe-asg") })).toBe(false);
    }
  });

  describe("asked for every call that the adapters really make", () => {
    let recorded: readonly Recorded[];
    beforeAll(async () => (recorded = await recordedCalls()), 60_000);

    it("has been asked for all that it names", () => {
      const asked = new Set(recorded.flatMap((call) => requestsOf(call, everything)).map(({ action }) => action));
      expect([...asked].sort()).toEqual(actionsOf(ownStatements));
    });

    it("allows each on the stack's own resources", () => {
      const policy = policyDocument([
        ...operatorPolicy(everything).Statement,
        ...doctorPolicy(everything).Statement,
        ...initPolicy().Statement,
        ...movePolicy(everything).Statement,
      ]);
      const refused = recorded
        .flatMap((call) => requestsOf(call, everything))
        .filter((request) => !allows(policy, request));
      expect(refused).toEqual([]);
    });

    it("leaves to all resources only what looks, and the cancelling of commands", () => {
      const policy = operatorPolicy(everything);
      const unbound = policy.Statement.filter(({ Resource, Condition }) => Resource.includes("*") && !Condition);
      const acting = actionsOf(unbound).filter((action) => !/:(Describe|Get)/.test(action));
      expect(acting).toEqual(["ssm:CancelCommand"]);
    });

    it("refuses what it can on those of another stack", () => {
      const policy = operatorPolicy(everything);
      const config = scope({
        databaseId: "another",
        bucket: "another",
        imageParameter: "/another",
        notifyTopicArn: `${TOPIC}-another`,
        notifySlackSecretArn: SLACK_SECRET.replace("slack", "another"),
        settingsSecretArn: SLACK_SECRET.replace("slack", "others-settings"),
      }).config;
      const elsewhere = {
        ...everything,
        config,
        stack: "another",
        runs: { kind: "s3", bucket: "runs", prefix: "other" } as const,
      };
      const allowed = recorded
        .flatMap((call) => requestsOf(call, elsewhere))
        .filter((request) => request.resource !== "*" && allows(policy, request));
      expect([...new Set(allowed.map(({ action }) => action))].sort()).toEqual([
        // Subnets, images and the like belong to no stack; the template does, and it is asked for with them.
        "ec2:RunInstances",
        // A snapshot is made and asked for by its own id alone.
        "rds:AddTagsToResource",
        // A cluster's id is not known where the stack names one of its instances.
        "rds:CreateDBClusterSnapshot",
        "rds:CreateDBSnapshot",
        "rds:DescribeDBClusterSnapshots",
        "rds:DescribeDBClusters",
        "rds:DescribeDBSnapshots",
        // One bucket holds the runs of many stacks.
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketVersioning",
        "s3:GetEncryptionConfiguration",
        "s3:ListBucket",
        // The document is everybody's; the instance is not, and both are asked for.
        "ssm:SendCommand",
      ]);
    });
  });

  it.each([
    ["over SSH it sends no command", { transport: "ssh" }, /^ssm:(Send|Cancel|GetCommand)/],
    ["without a database it looks at none", { databaseId: undefined, backup: undefined }, /^rds:/],
    ["without a snapshot it takes none", { backup: "none" }, /^rds:.*Snapshot/],
    ["with its images given by id it reads no parameter", { imageParameter: undefined }, /^ssm:GetParameter$/],
    [
      "without notices it sends none",
      { notifyTopicArn: undefined, notifySlackSecretArn: undefined },
      /^(sns:|secretsmanager:GetSecretValue$)/,
    ],
    ["without a proof it dry-runs nothing", { bootProof: "off" }, /^secretsmanager:DescribeSecret$/],
    ["with runs in a folder it writes to no bucket", { runStore: undefined }, /^s3:(Put|Delete)/],
    ["without buckets it reads none", { runStore: undefined, bucket: undefined }, /^s3:/],
  ])("%s", (_title, change, unneeded) => {
    const needed = actionsOf(operatorPolicy(scope(change)).Statement);
    expect(needed.filter((action) => unneeded.test(action))).toEqual([]);
    expect(actionsOf(operatorPolicy(everything).Statement).filter((action) => unneeded.test(action))).not.toEqual([]);
  });

  it("gives updates what they need to stage a build and to move pin and capacity, and nothing that builds or deletes", () => {
    expect(actionsOf(updateStatements(everything))).toEqual([
      "autoscaling:UpdateAutoScalingGroup",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:CreateTags",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeLaunchTemplates",
      "ec2:RunInstances",
      "iam:PassRole",
    ]);
  });

  it("moves the load balancer's question with the pin where it differs from release to release, on the stack's own target group", () => {
    const moving = (change: Parameters<typeof scope>[0]): unknown =>
      updateStatements(scope(change)).find(({ Sid }) => Sid === "MoveHealthPath")?.Resource;
    const targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/theirs/1";
    expect(moving(CONTAINER)).toEqual([
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tfe-test/*",
    ]);
    expect(moving({ ...CONTAINER, targetGroupArn })).toBeUndefined();
    expect(moving({})).toBeUndefined();
  });

  it("passes on the nodes' own role alone: the built one, the named one, or none", () => {
    const passed = (change: Parameters<typeof scope>[0]): unknown =>
      operatorPolicy(scope(change)).Statement.find(({ Sid }) => Sid === "GiveNodesTheirRole")?.Resource;
    expect(passed({})).toEqual(["arn:aws:iam::123456789012:role/tfe-test-node"]);
    expect(passed({ instanceProfile: "given" })).toBeUndefined();
    const instanceRoleArn = "arn:aws:iam::123456789012:role/nodes";
    expect(passed({ instanceProfile: "given", instanceRoleArn })).toEqual([instanceRoleArn]);
  });

  it.each([
    ["operator", operatorPolicy],
    ["builder", builderPolicy],
  ])("of the %s fits into a managed policy", (_role, policy) => {
    expect(JSON.stringify(policy(everything)).length).toBeLessThan(POLICY_LIMIT);
  });

  it.each([
    ["/tfe/base-image", "arn:aws:ssm:eu-central-1:123456789012:parameter/tfe/base-image"],
    ["base-image:3", "arn:aws:ssm:eu-central-1:123456789012:parameter/base-image"],
    [
      "resolve:ssm:/aws/service/canonical/ubuntu/ami-id",
      "arn:aws:ssm:eu-central-1::parameter/aws/service/canonical/ubuntu/ami-id",
    ],
  ])("reads of %s just that parameter", (imageParameter, resource) => {
    const { Statement } = operatorPolicy(scope({ imageParameter }));
    expect(Statement.find(({ Sid }) => Sid === "ReadImageParameter")?.Resource).toEqual([resource]);
  });

  it("stays in the region and the account that it is given, but for what the stack names by ARN", () => {
    const unnamed = { notifyTopicArn: undefined, notifySlackSecretArn: undefined, bootProof: "off" };
    const text = JSON.stringify(operatorPolicy(scope(unnamed, { region: "eu-north-1", accountId: "999999999999" })));
    expect(new Set(text.match(/arn:aws:[a-z0-9]+:[a-z]{2}-[a-z]+-\d:[^:]*/g))).toEqual(
      new Set(
        ["autoscaling", "ec2", "elasticloadbalancing", "rds", "ssm"]
          .map((service) => `arn:aws:${service}:eu-north-1:999999999999`)
          // Shared subnets and public images belong to other accounts; the template that names them does not.
          .concat("arn:aws:ssm:eu-north-1:", "arn:aws:ec2:eu-north-1:*"),
      ),
    );
  });
});

describe("where the stack builds its services", () => {
  it("the policies name what it will build, before it is there", () => {
    const builds = scope({
      services: "build",
      zones: '["eu-central-1a","eu-central-1b"]',
      vpcId: undefined,
      nodeSubnetIds: undefined,
      settingsSecretArn: undefined,
      bucket: undefined,
      databaseId: undefined,
    });
    expect(builds.config).toMatchObject({
      settingsSecretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe-test/settings-*",
      databaseId: "tfe-test",
      bucket: "tfe-test-*",
    });
    const resources = operatorPolicy(builds).Statement.flatMap(({ Resource }) => Resource);
    expect(resources).toContain("arn:aws:s3:::tfe-test-*");
    expect(resources).toContain("arn:aws:rds:eu-central-1:123456789012:db:tfe-test");
  });
});
