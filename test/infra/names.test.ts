import fc from "fast-check";
import { dataName, resourceName } from "../../infra/names";
import { type ProgramOutputs, tfeProgram } from "../../infra/program";
import { type Declaration, declare } from "../support/pulumi";
import { rawConfig } from "../support/stackConfig";

describe("resourceName", () => {
  it.each([
    ["prod", undefined, "tfe-prod"],
    ["prod", "node", "tfe-prod-node"],
    // Stacks with capitals stand: another name would replace what they are made of.
    ["Prod", undefined, "tfe-Prod"],
    ["team.prod_1", undefined, "tfe-team-prod-1-72c20ca1"],
  ])("names what belongs to stack %s (%s): %s", (stack, suffix, name) => {
    expect(resourceName(stack, suffix)).toBe(name);
  });

  const stackName = fc.stringMatching(/^[a-zA-Z0-9._-]{1,100}$/);

  it("is a name that every AWS service takes", () => {
    fc.assert(
      fc.property(stackName, fc.constantFrom(undefined, "node"), (stack, suffix) => {
        expect(resourceName(stack, suffix)).toMatch(/^tfe-[a-zA-Z0-9-]{0,27}[a-zA-Z0-9]$/);
      }),
    );
  });

  it.each([resourceName, dataName])("is never the same for two stacks (%p)", (nameOf) => {
    fc.assert(
      fc.property(stackName, stackName, (one, other) => {
        fc.pre(one !== other);
        expect(nameOf(one)).not.toBe(nameOf(other));
      }),
    );
  });

  it("is the name of the data too, unless the services of the data would refuse it", () => {
    expect(["prod", "team.prod_1", "Prod", "a--b", "PROD", "prod"].map(dataName)).toEqual([
      "tfe-prod",
      "tfe-team-prod-1-72c20ca1",
      "tfe-prod-5f56359e",
      "tfe-a-b-90827a2e",
      "tfe-prod-e3c83459",
      "tfe-prod",
    ]);
    fc.assert(
      fc.property(stackName, (stack) => {
        const name = dataName(stack);
        expect(name).toMatch(/^tfe(-[a-z0-9]+)+$/);
        expect(name.length).toBeLessThanOrEqual(32);
        if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stack)) expect(name).toBe(resourceName(stack));
      }),
    );
  });
});

/** What each service takes as a name, as its API reference has it. */
const RULES: Readonly<Record<string, { readonly input: string; readonly takes: RegExp }>> = {
  "aws:autoscaling/group:Group": { input: "name", takes: /^[^:]{1,255}$/ },
  "aws:cloudwatch/logGroup:LogGroup": { input: "name", takes: /^[\w./#-]{1,512}$/ },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { input: "name", takes: /^[\x20-\x7e]{1,255}$/ },
  "aws:codebuild/project:Project": { input: "name", takes: /^[A-Za-z0-9][\w-]{1,149}$/ },
  "aws:ec2/launchTemplate:LaunchTemplate": { input: "name", takes: /^[a-zA-Z0-9().\-/_]{3,128}$/ },
  "aws:ec2/securityGroup:SecurityGroup": { input: "name", takes: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/ },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    input: "replicationGroupId",
    takes: /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  },
  "aws:elasticache/subnetGroup:SubnetGroup": { input: "name", takes: /^(?=.{1,255}$)[a-z0-9]+(-[a-z0-9]+)*$/ },
  "aws:iam/instanceProfile:InstanceProfile": { input: "name", takes: /^[\w+=,.@-]{1,128}$/ },
  "aws:iam/role:Role": { input: "name", takes: /^[\w+=,.@-]{1,64}$/ },
  "aws:iam/rolePolicy:RolePolicy": { input: "name", takes: /^[\w+=,.@-]{1,128}$/ },
  "aws:lb/loadBalancer:LoadBalancer": {
    input: "name",
    takes: /^(?!internal-)(?=.{1,32}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  },
  "aws:lb/targetGroup:TargetGroup": { input: "name", takes: /^(?=.{1,32}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/ },
  "aws:rds/instance:Instance": { input: "identifier", takes: /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/ },
  "aws:rds/parameterGroup:ParameterGroup": { input: "name", takes: /^(?=.{1,255}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/ },
  "aws:rds/subnetGroup:SubnetGroup": { input: "name", takes: /^(?!default$)[a-z0-9 ._-]{1,255}$/ },
  // The provider adds 26 characters; a bucket has 63 at most.
  "aws:s3/bucket:Bucket": { input: "bucketPrefix", takes: /^(?=.{1,37}$)[a-z0-9][a-z0-9.-]*$/ },
  "aws:scheduler/schedule:Schedule": { input: "name", takes: /^[\w.-]{1,64}$/ },
  "aws:secretsmanager/secret:Secret": { input: "name", takes: /^[\w/+=.@-]{1,512}$/ },
  "aws:sqs/queue:Queue": { input: "name", takes: /^[\w-]{1,80}$/ },
};

/** Builds all that it can, the job included. */
const everything = (stack: string): Promise<Declaration<ProgramOutputs>> =>
  declare(() => tfeProgram({ projectRoot: "/nowhere/project", runsDir: "/nowhere/runs" }), {
    stack,
    config: rawConfig({
      services: "build",
      zones: '["eu-central-1a","eu-central-1b"]',
      vpcId: undefined,
      nodeSubnetIds: undefined,
      settingsSecretArn: undefined,
      runStore: "s3://runs/tfe",
      scheduleCalendar: "cron(0 2 ? * SUN *)",
      scheduleSource: "https://github.com/example/tfe",
      scheduleBackendUrl: "s3://state",
    }),
  });

describe("a stack with an odd name", () => {
  it.each(["Prod", "a--b--c.d", "-", "0", "x".repeat(100), `A-${"b-".repeat(40)}`])(
    "%s has names that each service takes",
    async (stack) => {
      const { resources } = await everything(stack);
      const named = resources.filter(({ type, inputs }) => RULES[type] !== undefined || "name" in inputs);
      const refused = named.flatMap(({ type, inputs }) => {
        const rule = RULES[type];
        if (rule === undefined) return [`${type}: no rule is known here`];
        const name = String(inputs[rule.input]);
        return rule.takes.test(name) ? [] : [`${type}: ${name}`];
      });
      expect(refused).toEqual([]);
      expect(new Set(named.map(({ type }) => type))).toEqual(new Set(Object.keys(RULES)));
    },
  );
});
