import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NODE_METADATA, TAGS } from "../contract";

export interface BuildArgs {
  readonly name: string;
  /** Undefined where the stack does not say. */
  readonly release: string | undefined;
  readonly releaseInWords: string;
  readonly image: string;
  /** Number that makes this build another one than those of the same release and image. */
  readonly rebuild?: number | undefined;
  readonly instanceType: string;
  readonly rootVolumeGb: number;
  readonly rootDeviceName: string;
  readonly instanceProfile: pulumi.Input<string>;
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  /** Base64. */
  readonly userData: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * How a node is built. Every change makes a new version of the launch template and touches no node: a staged build, until
 * the group is pinned to it.
 */
export class Build extends pulumi.ComponentResource {
  readonly launchTemplate: aws.ec2.LaunchTemplate;

  constructor(name: string, args: BuildArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Build", name, {}, opts);
    const nodeTags = { ...args.tags, ...numberTags(args) };
    this.launchTemplate = new aws.ec2.LaunchTemplate(
      "nodes",
      {
        name: args.name,
        // The description of the version, not of the template: what an operator sees in the console's list of versions.
        description: `${args.releaseInWords} image ${args.image}${rebuilt(args)}`,
        // The default version is nobody's pin here; moved with every version, it would be one for somebody else.
        updateDefaultVersion: false,
        imageId: args.image,
        instanceType: args.instanceType,
        iamInstanceProfile: { name: args.instanceProfile },
        vpcSecurityGroupIds: [...args.securityGroupIds],
        userData: args.userData,
        metadataOptions: { ...NODE_METADATA },
        blockDeviceMappings: [
          {
            deviceName: args.rootDeviceName,
            // The account's own EBS key: with another one every launch depends on a grant to Auto Scaling's service role.
            ebs: { volumeType: "gp3", volumeSize: args.rootVolumeGb, encrypted: "true", deleteOnTermination: "true" },
          },
        ],
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags: nodeTags })),
        tags: args.tags,
      },
      // Its versions are the builds that running nodes were launched from: with it goes the way to relaunch them.
      { parent: this, protect: true },
    );
    this.registerOutputs({ launchTemplateId: this.launchTemplate.id });
  }
}

const rebuilt = ({ rebuild }: BuildArgs): string => (rebuild === undefined ? "" : ` rebuild ${rebuild}`);

function numberTags({ release, rebuild }: BuildArgs): Readonly<Record<string, string>> {
  return {
    ...(release === undefined ? {} : { [TAGS.release]: release }),
    ...(rebuild === undefined ? {} : { [TAGS.rebuild]: String(rebuild) }),
  };
}
