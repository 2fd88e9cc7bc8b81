import { CONTRACT_VERSION, type StackOutputs } from "../../../infra/contract";
import { parseOutputs } from "../../../orchestration/adapters/pulumi/outputs";

const OUTPUTS: StackOutputs = {
  groupName: "tfe-prod",
  launchTemplateId: "lt-1",
  latestTemplateVersion: 3,
  activeTemplateVersion: 2,
  releaseSequence: 642,
  image: "ami-1",
  nodeCount: 2,
  targetGroupArn: "arn:tg",
  healthCheckUrl: "https://tfe.test/_health_check",
  transport: "ssm",
  appConfig: {},
};

it("reads the outputs of this version", () => {
  const outputs = { contract: CONTRACT_VERSION, ...OUTPUTS };
  expect(parseOutputs("prod", outputs)).toEqual(outputs);
});

it("reads those of a stack that was built before outputs had a version", () => {
  expect(parseOutputs("prod", { ...OUTPUTS, maxNodes: 3, airgap: false })).toEqual(OUTPUTS);
});

it("reads those of a stack of containers, and of the version before, which had none", () => {
  const outputs: Partial<StackOutputs> = {
    ...OUTPUTS,
    contract: CONTRACT_VERSION,
    imageTag: "1.2.2",
    imageDigest: `1.2.2@sha256:${"a".repeat(64)}`,
    containerRuntime: "podman",
  };
  delete (outputs as { releaseSequence?: number }).releaseSequence;
  expect(parseOutputs("prod", outputs)).toEqual(outputs);
  expect(parseOutputs("prod", { ...OUTPUTS, contract: 2 })).toEqual({ ...OUTPUTS, contract: 2 });
});

it("takes no outputs for a stack that was never built", () => {
  expect(parseOutputs("prod", {})).toBeUndefined();
});

it.each([
  [
    "a newer version",
    { ...OUTPUTS, contract: CONTRACT_VERSION + 1 },
    /a newer version of this project built the stack/,
  ],
  ["another program", { url: "https://example.com" }, /groupName/],
])("refuses the outputs of %s", (_, outputs, says) => {
  expect(() => parseOutputs("prod", outputs)).toThrow(says);
});
