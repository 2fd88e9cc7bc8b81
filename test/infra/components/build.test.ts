import { gunzipSync } from "node:zlib";
import type { Declared } from "../../support/pulumi";
import { declareStack, STACK_TAGS, TYPES } from "../../support/stack";

const script = (template: Declared): string =>
  gunzipSync(Buffer.from(template.inputs["userData"] as string, "base64")).toString();

describe("the build", () => {
  it("is a launch template version that names its release and image and demands IMDSv2 and encryption", async () => {
    const { userData, ...inputs } = (await declareStack()).only(TYPES.template).inputs;
    expect(userData).toEqual(expect.any(String));
    expect(inputs).toEqual({
      name: "tfe-test",
      description: "release 642 image ami-0123456789abcdef0",
      updateDefaultVersion: false,
      imageId: "ami-0123456789abcdef0",
      instanceType: "m5.xlarge",
      iamInstanceProfile: { name: "tfe-test-node" },
      vpcSecurityGroupIds: ["nodes-id"],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/sda1",
          ebs: { volumeType: "gp3", volumeSize: 100, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      tagSpecifications: [
        { resourceType: "instance", tags: { ...STACK_TAGS, "tfe-repave:release": "642" } },
        { resourceType: "volume", tags: { ...STACK_TAGS, "tfe-repave:release": "642" } },
      ],
      tags: STACK_TAGS,
    });
  });

  it("installs the configured release with the configured settings, quotes and line breaks included", async () => {
    const value = `it's "quoted" $HOME \`id\`\nAPP_CONFIG\n`;
    const { only } = await declareStack({ appConfig: JSON.stringify({ tls_ciphers: value }) });
    const text = script(only(TYPES.template));
    expect(/<<'REPLICATED_CONF'\n(.*?)\nREPLICATED_CONF\n/s.exec(text)?.[1]).toContain('"ReleaseSequence": 642,');
    expect(JSON.parse(/<<'APP_CONFIG'\n(.*?)\nAPP_CONFIG\n/s.exec(text)?.[1] ?? "")).toEqual({
      tls_ciphers: { value },
      enable_active_active: { value: "1" },
      restrict_worker_metadata_access: { value: "1" },
    });
  });

  it("carries no release where an airgap package decides and the stack does not say", async () => {
    const { only, outputs } = await declareStack({
      releaseSequence: undefined,
      airgapPackageUrl: "s3://packages/tfe-642.airgap",
      airgapInstallerUrl: "https://mirror.example.com/replicated.tar.gz",
    });
    const { description, tagSpecifications } = only(TYPES.template).inputs;
    expect(description).toBe("release of the airgap package image ami-0123456789abcdef0");
    expect(tagSpecifications).toEqual([
      { resourceType: "instance", tags: STACK_TAGS },
      { resourceType: "volume", tags: STACK_TAGS },
    ]);
    expect(outputs).toMatchObject({ releaseSequence: 0 });
  });
});
