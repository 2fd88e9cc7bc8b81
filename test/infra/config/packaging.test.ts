import { ConfigError, parseConfig } from "../../../infra/config/index";
import { nodeKind } from "../../../infra/nodes/index";
import { CONTAINER, DIGEST, rawConfig } from "../../support/stackConfig";

const REGISTRY_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe/registry-AbCdEf";

function problems(change: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    parseConfig(rawConfig(change));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.replace(/^tfe:/, ""));
  }
}

const environment = (variables: Readonly<Record<string, unknown>>): string => JSON.stringify(variables);

describe("a stack with the tag of an image", () => {
  it("has the vendor's repository and Docker, and no settings of its own, unless it says otherwise", () => {
    expect(parseConfig(rawConfig(CONTAINER))).toMatchObject({
      imageTag: "1.2.2",
      imageRepository: "images.releases.hashicorp.com/hashicorp/terraform-enterprise",
      containerRuntime: "docker",
      environment: {},
    });
    const given = {
      imageTag: "v202503-1",
      imageDigest: `v202503-1@${DIGEST}`,
      imageRepository: "registry.example.com:5000/tfe/app",
      registrySecretArn: REGISTRY_SECRET,
      containerRuntime: "podman",
      healthPath: "/_health_check",
    };
    expect(parseConfig(rawConfig({ ...CONTAINER, ...given }))).toMatchObject(given);
  });

  it("takes the defaults of the project, which the engine hands over, for what nobody set", () => {
    const defaults = {
      installerUrl: "https://get.replicated.com/docker/terraformenterprise/active-active",
      appConfig: "{}",
      releaseSequence: "",
      imageRepository: "images.releases.hashicorp.com/hashicorp/terraform-enterprise",
      containerRuntime: "docker",
      environment: "{}",
    };
    expect(problems({ ...CONTAINER, ...defaults })).toEqual([]);
    expect(problems({ ...defaults, releaseSequence: "642", imageTag: "" })).toEqual([]);
  });

  it("refuses every key of Replicated by name", () => {
    const found = problems({
      imageTag: "1.2.2",
      appConfig: '{"force_tls":"1"}',
      installerUrl: "https://mirror.example.com/install",
      airgapPackageUrl: "s3://packages/tfe.airgap",
    });
    expect(found).toEqual([
      "imageTag is for nodes with a container, and releaseSequence, appConfig, installerUrl, airgapPackageUrl for nodes on " +
        "Replicated: remove one or the other",
    ]);
  });

  it.each([
    ["latest", "imageTag must be the tag of a release (1.2.2, v202503-1)"],
    ["v1.2.2", "imageTag must be the tag of a release"],
  ])("refuses the tag %s", (imageTag, problem) => {
    expect(problems({ ...CONTAINER, imageTag })).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    [{ imageRepository: "registry.example.com/tfe:1.2.2" }, "imageRepository must be a repository with its registry"],
    [{ imageRepository: "hashicorp/terraform-enterprise" }, "imageRepository must be a repository with its registry"],
    [{ imageRepository: "https://registry.example.com/tfe" }, "imageRepository must be a repository with its registry"],
    [{ imageRepository: "cp.icr.io/cp/ibm-terraform/ibm-terraform" }, "registrySecretArn is required for this"],
    [{ imageDigest: DIGEST }, "imageDigest must be a tag with its digest (1.2.2@sha256:…)"],
    [{ containerRuntime: "containerd" }, "containerRuntime must be docker or podman"],
    [{ healthPath: "readiness" }, "healthPath must be a path"],
    [{ environment: environment({ tfe_x: "1" }) }, "environment must be a map from variables (TFE_…) to strings"],
    [{ environment: environment({ TFE_HOSTNAME: "x" }) }, "environment.TFE_HOSTNAME is set by the build: remove it"],
    [
      { environment: environment({ TFE_VAULT_CLUSTER_ADDRESS: "x" }) },
      "environment.TFE_VAULT_CLUSTER_ADDRESS differs from node to node",
    ],
    [
      { environment: environment({ TFE_REDIS_PASSWORD: "hunter2" }) },
      "environment.TFE_REDIS_PASSWORD may be a secret: move it to the settings secret",
    ],
  ])("refuses %j, without a secret in the message", (change, problem) => {
    const found = problems({ ...CONTAINER, ...change });
    expect(found).toEqual([expect.stringContaining(problem)]);
    expect(found.join()).not.toContain("hunter2");
  });

  it("opens another registry with its secret, and an ECR with the role", () => {
    expect(
      problems({
        ...CONTAINER,
        imageRepository: "cp.icr.io/cp/ibm-terraform/ibm-terraform",
        registrySecretArn: REGISTRY_SECRET,
      }),
    ).toEqual([]);
    const ecr = { ...CONTAINER, imageRepository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/apps/tfe" };
    const kind = (change: Readonly<Record<string, string | undefined>>) => nodeKind(parseConfig(rawConfig(change)));
    expect(kind(ecr).repository).toEqual({ account: "123456789012", region: "eu-west-1", name: "apps/tfe" });
    expect(kind({ ...ecr, registrySecretArn: REGISTRY_SECRET }).repository).toBeUndefined();
    expect(kind({ ...ecr, registrySecretArn: REGISTRY_SECRET }).secretArns).toEqual([REGISTRY_SECRET]);
    expect(kind(CONTAINER).repository).toBeUndefined();
  });
});

describe("a stack without one", () => {
  it("refuses every key of a container by name", () => {
    expect(
      problems({
        imageRepository: "registry.example.com/tfe",
        registrySecretArn: REGISTRY_SECRET,
        containerRuntime: "podman",
        environment: environment({ TFE_TLS_ENFORCE: "true" }),
      }),
    ).toEqual(["imageRepository, registrySecretArn, containerRuntime, environment have no effect without imageTag"]);
  });

  it("needs a release by another name", () => {
    expect(problems({ releaseSequence: undefined })).toEqual([
      "imageTag (nodes with a container) or releaseSequence (nodes on Replicated) is required: no airgapPackageUrl decides the release",
    ]);
  });
});
