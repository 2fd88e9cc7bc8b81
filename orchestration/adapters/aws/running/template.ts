import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import {
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type ResponseLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import { callAws } from "../errors";

/** A version of a launch template: a number, `$Latest` or `$Default`. */
export interface TemplateVersion {
  readonly id: string;
  readonly version: string;
}

/** What the group launches from; a mixed-instances policy names its template elsewhere. Undefined: from something else. */
export function templateOf(group: AutoScalingGroup): TemplateVersion | undefined {
  const own = group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  return own?.LaunchTemplateId === undefined
    ? undefined
    : { id: own.LaunchTemplateId, version: own.Version ?? "$Default" };
}

/** What that version says. Its user data may hold secrets. */
export async function templateData(
  ec2: EC2Client,
  { id, version }: TemplateVersion,
): Promise<ResponseLaunchTemplateData> {
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: [version] });
  const answer = await callAws("DescribeLaunchTemplateVersions", () => ec2.send(command));
  return answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData ?? {};
}

/** Name of the instance profile. */
export const profileOf = ({ IamInstanceProfile: profile }: ResponseLaunchTemplateData): string | undefined =>
  profile?.Name ?? profile?.Arn?.split("/").at(-1);
