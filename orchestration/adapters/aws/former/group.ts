import {
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { TAGS } from "../../../../infra/contract";
import { RepaveError } from "../../../domain/errors";
import { foundInWords } from "../../../domain/adoption/adoption";
import type { FleetPort } from "../../../ports/fleet";
import type { FormerPort } from "../../../ports/account/former";
import { callAws } from "../errors";
import { describeGroup } from "../group";
import { type AwsFleetOptions, awsFleet } from "../fleet";
import { formerFacts, type FormerFactsOptions } from "./facts";

export interface AwsFormerOptions extends FormerFactsOptions {
  readonly clients: FormerFactsOptions["clients"] & AwsFleetOptions["clients"];
}

/** The former group in AWS, and the stack's own fleet with its nodes in it. */
export function awsFormer(
  own: FleetPort,
  options: AwsFormerOptions,
): { readonly fleet: FleetPort; readonly former: FormerPort } {
  const { clients, targetGroupArn, formerGroup: groupName } = options;
  const { autoScaling } = clients;
  const other = awsFleet({ clients, groupName, targetGroupArn, launchTemplateId: undefined });
  const tagged = { ResourceId: groupName, ResourceType: "auto-scaling-group" };
  return {
    fleet: {
      ...own,
      async describe() {
        const [fleet, former] = await Promise.all([own.describe(), other.describe().catch(undefinedIfGone(groupName))]);
        if (!former) return fleet;
        const theirs = former.instances.map((instance) => ({ ...instance, former: true as const }));
        return { ...fleet, former: former.group, instances: [...fleet.instances, ...theirs] };
      },
    },
    former: {
      rules: () => other.rules(),
      fence: () => other.fence(),
      unfence: (found) => other.unfence(found),
      async resize({ min, max, desired }, lastCheck) {
        await lastCheck?.();
        const command = new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: groupName,
          MinSize: min,
          MaxSize: max,
          DesiredCapacity: desired,
        });
        await callAws("UpdateAutoScalingGroup", () => autoScaling.send(command));
      },
      async launch(version) {
        const { LaunchTemplate: template } = await describeGroup(autoScaling, groupName);
        if (template?.LaunchTemplateId === undefined || template.Version === version) return;
        const command = new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: groupName,
          LaunchTemplate: { LaunchTemplateId: template.LaunchTemplateId, Version: version },
        });
        await callAws("UpdateAutoScalingGroup", () => autoScaling.send(command));
      },
      async mark({ by, found }) {
        const values = { [TAGS.adoptedBy]: by.slice(0, 256), [TAGS.before]: foundInWords(found) };
        const tags = Object.entries(values).map(([Key, Value]) => ({
          ...tagged,
          Key,
          Value,
          PropagateAtLaunch: false,
        }));
        await callAws("CreateOrUpdateTags", () => autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: tags })));
      },
      async unmark() {
        const tags = [TAGS.adoptedBy, TAGS.before].map((Key) => ({ ...tagged, Key }));
        await callAws("DeleteTags", () => autoScaling.send(new DeleteTagsCommand({ Tags: tags })));
      },
      facts: () => formerFacts(options),
    },
  };
}

/** Whoever built the group may delete it once it is empty. */
const undefinedIfGone =
  (groupName: string) =>
  (thrown: unknown): undefined => {
    if (thrown instanceof RepaveError && thrown.code === "GROUP_NOT_FOUND" && thrown.detail === groupName) return;
    throw thrown;
  };
