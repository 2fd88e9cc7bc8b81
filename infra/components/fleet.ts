import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { derive } from "../refusal";

export interface FleetArgs {
  readonly name: string;
  readonly launchTemplate: aws.ec2.LaunchTemplate;
  /** Version that the group may launch; undefined until the first repave: then it stays at the one it was created with. */
  readonly activeTemplateVersion?: number | undefined;
  readonly nodeCount: number;
  /** Nodes that are about to be attached: the group must have room for them. */
  readonly attaching?: number | undefined;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly targetGroupArn: pulumi.Input<string>;
  /** What must stand before the first node is launched. */
  readonly after: readonly pulumi.Resource[];
  /** Seconds from InService during which an unhealthy node is left alone. */
  readonly healthCheckGracePeriod: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The nodes: a group of fixed size, pinned to the number of one launch template version. */
export class Fleet extends pulumi.ComponentResource {
  readonly group: aws.autoscaling.Group;
  /** What the group says that it is pinned to: see `pinnedVersion`. */
  readonly pin: pulumi.Output<string | undefined>;
  readonly activeTemplateVersion: pulumi.Output<number>;

  constructor(name: string, args: FleetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Fleet", name, {}, opts);
    const { launchTemplate, activeTemplateVersion: pinned } = args;
    this.group = new aws.autoscaling.Group(
      "nodes",
      {
        name: args.name,
        // One number three times: nothing but the stack moves capacity. A prepared node that is attached raises it by itself.
        minSize: args.nodeCount,
        maxSize: args.nodeCount + (args.attaching ?? 0),
        desiredCapacity: args.nodeCount,
        // A number, never $Latest or $Default: a node that Auto Scaling replaces is the same build as before.
        launchTemplate: {
          id: launchTemplate.id,
          version: derive(pulumi.output(pinned ?? launchTemplate.latestVersion), String),
        },
        vpcZoneIdentifiers: [...args.subnetIds],
        targetGroupArns: [args.targetGroupArn],
        healthCheckType: "ELB",
        healthCheckGracePeriod: args.healthCheckGracePeriod,
        // The provider's own wait takes zero in service for zero, and gives up by time; the orchestrator waits for what it needs.
        waitForCapacityTimeout: "0",
        // Instances take their tags from the launch template, which knows their release.
        tags: Object.entries(args.tags).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
      },
      {
        parent: this,
        dependsOn: [...args.after],
        // Replaced, every node would be destroyed at once.
        protect: true,
        ignoreChanges: [
          // A run's fence: after a refresh it stands in the state, and an update would lift it.
          "suspendedProcesses",
          // Unpinned in config, the group stays where it is: a staged build moves nothing.
          ...(pinned === undefined ? ["launchTemplate.version"] : []),
        ],
      },
    );
    // Somebody may have given the group another source of launches than a template.
    const template: pulumi.Output<{ readonly version?: string } | undefined> = this.group.launchTemplate;
    this.pin = derive(template, (found) => found?.version);
    this.activeTemplateVersion = derive(this.pin, Number);
    this.registerOutputs({ groupName: this.group.name, activeTemplateVersion: this.activeTemplateVersion });
  }
}

/** The version as a number. Throws if someone unpinned the group: then it is unknown what the next node would be. */
export function pinnedVersion(version: string | undefined): number {
  if (version !== undefined && /^\d+$/.test(version)) return Number(version);
  throw new Error(
    `The group is pinned to ${version ?? "no version"}, not to a number: its next node may be another build. ` +
      "Set tfe:activeTemplateVersion to the launch template version that its nodes were launched from.",
  );
}
