import * as pulumi from "@pulumi/pulumi";
import { CONTRACT_VERSION, type StackOutputs } from "../../infra/contract";
import { type Declared, parentType } from "../support/pulumi";
import { declareStack, TYPES } from "../support/stack";

const childTypes = (resources: readonly Declared[]): readonly string[] =>
  resources.map((resource) => resource.type).filter((type) => !type.startsWith("tfe:"));

describe("given resources", () => {
  it("replace built ones kind by kind", async () => {
    const targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tfe/1";
    const { only, resources } = await declareStack({
      targetGroupArn,
      securityGroupIds: '["sg-1","sg-2"]',
      instanceProfile: "existing",
      vpcId: undefined,
      certificateArn: undefined,
    });
    expect(childTypes(resources)).toEqual([TYPES.template, TYPES.group, TYPES.command]);
    expect(only(TYPES.template).inputs).toMatchObject({
      vpcSecurityGroupIds: ["sg-1", "sg-2"],
      iamInstanceProfile: { name: "existing" },
    });
    expect(only(TYPES.group).inputs["targetGroupArns"]).toEqual([targetGroupArn]);
  });

  it("let the allowed networks through to the nodes where the target group is not ours", async () => {
    const targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tfe/1";
    const { of } = await declareStack({ targetGroupArn, allowedCidrs: '["10.0.0.0/8"]' });
    expect(of(TYPES.securityGroup)).toHaveLength(1);
    expect(of(TYPES.ingress).map(({ inputs }) => [inputs["securityGroupId"], inputs["fromPort"]])).toEqual([
      ["nodes-id", 443],
      ["nodes-id", 8201],
    ]);
  });
});

describe("the stack", () => {
  it("exports what the orchestrator is promised, and no secret", async () => {
    const { outputs, secretOutputs } = await declareStack({
      hostname: "tfe.example.com:8443",
      maxNodes: "3",
      appConfig: '{"capacity_concurrency":20}',
    });
    const promised: StackOutputs = {
      contract: CONTRACT_VERSION,
      groupName: "tfe-test",
      launchTemplateId: "nodes-id",
      latestTemplateVersion: 7,
      activeTemplateVersion: 7,
      releaseSequence: 642,
      image: "ami-0123456789abcdef0",
      nodeCount: 2,
      targetGroupArn: `arn:${TYPES.targetGroup}:nodes`,
      healthCheckUrl: "https://tfe.example.com:8443/_health_check",
      transport: "ssm",
      appConfig: { capacity_concurrency: "20" },
    };
    expect(outputs).toEqual(promised);
    expect(secretOutputs).toEqual([]);
  });

  it("puts each resource under the component of its noun", async () => {
    const { resources } = await declareStack();
    const parents = resources
      .filter(({ type }) => !type.startsWith("tfe:"))
      .map((resource) => [resource.type, parentType(resource)] as const);
    expect(Object.fromEntries(parents)).toEqual({
      [TYPES.securityGroup]: "tfe:infra:Access",
      [TYPES.ingress]: "tfe:infra:Access",
      [TYPES.egress]: "tfe:infra:Access",
      [TYPES.role]: "tfe:infra:Identity",
      [TYPES.rolePolicy]: "tfe:infra:Identity",
      [TYPES.attachment]: "tfe:infra:Identity",
      [TYPES.profile]: "tfe:infra:Identity",
      [TYPES.loadBalancer]: "tfe:infra:Entrypoint",
      [TYPES.targetGroup]: "tfe:infra:Entrypoint",
      [TYPES.listener]: "tfe:infra:Entrypoint",
      [TYPES.template]: "tfe:infra:Build",
      [TYPES.group]: "tfe:infra:Fleet",
      [TYPES.command]: "tfe:infra:PostBuildGate",
    });
  });

  it("refuses encrypted values: they would end as plain text in user data", async () => {
    const appConfig = '{"tls_vers":"tls_1_2"}';
    await expect(declareStack({ appConfig }, { secretKeys: ["tfe:appConfig"] })).rejects.toThrow(
      "tfe:appConfig must not be encrypted",
    );
  });

  it("names everything that is wrong with the configuration in one error", async () => {
    const failure = declareStack({ image: undefined, nodeCount: "many" });
    await expect(failure).rejects.toThrow(pulumi.RunError);
    await expect(failure).rejects.toThrow(/tfe:image is required[^]*tfe:nodeCount must be a whole number/);
  });
});
