import { gunzipSync } from "node:zlib";
import { CONTRACT_VERSION, type StackOutputs } from "../../infra/contract";
import type { Declared } from "../support/pulumi";
import { declareStack, STACK_TAGS, TYPES } from "../support/stack";
import { CONTAINER, DIGEST } from "../support/stackConfig";

const READINESS = "/api/v1/health/readiness";

const script = (template: Declared): string =>
  gunzipSync(Buffer.from(template.inputs["userData"] as string, "base64")).toString();

/** What the load balancer asks as the program declares it, and what of it is left as it is. */
const asked = (targetGroup: Declared): unknown => [
  (targetGroup.inputs["healthCheck"] as { path: string }).path,
  targetGroup.options.ignoreChanges,
];

describe("a stack whose nodes run a container", () => {
  it("exports what the orchestrator is promised", async () => {
    const { outputs, secretOutputs } = await declareStack({
      ...CONTAINER,
      imageDigest: `1.2.2@${DIGEST}`,
      containerRuntime: "podman",
      environment: '{"TFE_CAPACITY_CONCURRENCY":20}',
    });
    const promised: StackOutputs = {
      contract: CONTRACT_VERSION,
      groupName: "tfe-test",
      launchTemplateId: "nodes-id",
      latestTemplateVersion: 7,
      activeTemplateVersion: 7,
      imageTag: "1.2.2",
      imageDigest: `1.2.2@${DIGEST}`,
      containerRuntime: "podman",
      image: "ami-0123456789abcdef0",
      nodeCount: 2,
      targetGroupArn: `arn:${TYPES.targetGroup}:nodes`,
      healthCheckUrl: `https://tfe.example.com${READINESS}`,
      transport: "ssm",
      appConfig: { TFE_CAPACITY_CONCURRENCY: "20" },
    };
    expect(outputs).toEqual(promised);
    expect(secretOutputs).toEqual([]);
  });

  it("names the release by its tag on builds and instances, and gives nodes the image by its digest", async () => {
    const template = (await declareStack({ ...CONTAINER, imageDigest: `1.2.2@${DIGEST}` })).only(TYPES.template);
    expect(template.inputs).toMatchObject({
      description: "release 1.2.2 image ami-0123456789abcdef0",
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({
        resourceType,
        tags: { ...STACK_TAGS, "tfe-repave:release": "1.2.2" },
      })),
    });
    expect(script(template)).toContain(
      `IMAGE='images.releases.hashicorp.com/hashicorp/terraform-enterprise@${DIGEST}'`,
    );
  });

  it("gives nodes no digest that was found for another tag: they would be another release than they say", async () => {
    const { only, outputs } = await declareStack({ ...CONTAINER, imageDigest: `1.2.1@${DIGEST}` });
    expect(script(only(TYPES.template))).toContain(
      "IMAGE='images.releases.hashicorp.com/hashicorp/terraform-enterprise:1.2.2'",
    );
    expect(outputs).not.toHaveProperty("imageDigest");
  });
});

describe("what the load balancer asks", () => {
  it("is at first what the release answers, and stays while another release is staged", async () => {
    const first = (await declareStack({ ...CONTAINER, imageTag: "1.1.4" })).only(TYPES.targetGroup);
    expect(asked(first)).toEqual(["/_health_check", ["healthCheck.path"]]);
    // As the engine has it after an update that ignored the staged release's path.
    const observed = { [TYPES.targetGroup]: { healthCheck: { path: "/_health_check" } } };
    const staged = await declareStack({ ...CONTAINER, activeTemplateVersion: "5" }, { observed });
    expect(asked(staged.only(TYPES.targetGroup))).toEqual([READINESS, ["healthCheck.path"]]);
    expect(staged.outputs).toMatchObject({ healthCheckUrl: "https://tfe.example.com/_health_check" });
  });

  it("is what the orchestrator wrote with the pin, whatever release is staged", async () => {
    const moved = await declareStack({ ...CONTAINER, imageTag: "1.1.4", healthPath: READINESS });
    expect(asked(moved.only(TYPES.targetGroup))).toEqual([READINESS, []]);
    expect(moved.outputs).toMatchObject({ healthCheckUrl: `https://tfe.example.com${READINESS}` });
  });

  it("is somebody else's affair where the target group is given", async () => {
    const targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tfe/1";
    const { of, outputs } = await declareStack({ ...CONTAINER, targetGroupArn });
    expect(of(TYPES.targetGroup)).toEqual([]);
    expect(outputs).toMatchObject({ healthCheckUrl: `https://tfe.example.com${READINESS}` });
  });

  it("is restored on Replicated, where every release has the same", async () => {
    expect(asked((await declareStack()).only(TYPES.targetGroup))).toEqual(["/_health_check", []]);
  });
});
