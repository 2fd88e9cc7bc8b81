import { AwsError, type RegionApi } from "../../region/api";
import { findTemplate, findTemplateVersion } from "../../region/find";
import type { LaunchTemplate, LaunchTemplateVersion } from "../../region/model";
import { required, texts, text, whole, type Params } from "../params";
import { date, page, type Answer, type Operation, type Operations } from "../service";
import { matching, tagSet, tagValues } from "./ec2Filters";

const DescribeLaunchTemplates: Operation = (region, params) => {
  const [ids, names] = [texts(params, "LaunchTemplateId"), texts(params, "LaunchTemplateName")];
  for (const id of ids ?? []) template(region, { LaunchTemplateId: id });
  for (const name of names ?? []) template(region, { LaunchTemplateName: name });
  const asked = region.state.launchTemplates.filter(
    (t) => (ids?.includes(t.id) ?? true) && (names?.includes(t.name) ?? true),
  );
  const found = matching(asked, params, (t, name) =>
    name === "launch-template-name" ? [t.name] : tagValues(t.tags, name),
  );
  const { items, next } = page(found, whole(params, "MaxResults"), text(params, "NextToken"));
  return { launchTemplates: items.map(templateAnswer), nextToken: next };
};

const DescribeLaunchTemplateVersions: Operation = (region, params) => {
  const owner = template(region, params);
  const wanted =
    texts(params, "LaunchTemplateVersion")?.map((word) => findTemplateVersion(region.state, owner.id, word)) ??
    owner.versions;
  const [min, max] = [whole(params, "MinVersion") ?? 1, whole(params, "MaxVersion") ?? Infinity];
  const newestFirst = wanted.filter((v) => v.number >= min && v.number <= max).toSorted((a, b) => b.number - a.number);
  const { items, next } = page(newestFirst, whole(params, "MaxResults"), text(params, "NextToken"));
  return { launchTemplateVersionSet: items.map((v) => versionAnswer(owner, v)), nextToken: next };
};

export const ec2Templates: Operations = { DescribeLaunchTemplates, DescribeLaunchTemplateVersions };

function template(region: RegionApi, params: Params): LaunchTemplate {
  const id = text(params, "LaunchTemplateId");
  if (id !== undefined) return findTemplate(region.state, id);
  const name = required(params, "LaunchTemplateName");
  const found = region.state.launchTemplates.find((candidate) => candidate.name === name);
  if (found) return found;
  throw new AwsError(
    "InvalidLaunchTemplateName.NotFoundException",
    `The specified launch template, with template name ${name}, does not exist.`,
  );
}

const newest = (owner: LaunchTemplate): number => Math.max(...owner.versions.map((v) => v.number));

const templateAnswer = (t: LaunchTemplate): Answer => ({
  launchTemplateId: t.id,
  launchTemplateName: t.name,
  createTime: date(t.createdAt),
  createdBy: "arn:aws:iam::lab",
  defaultVersionNumber: t.defaultVersion,
  latestVersionNumber: newest(t),
  tagSet: tagSet(t.tags),
});

interface Data {
  readonly KeyName?: string;
  readonly IamInstanceProfile?: { readonly Name?: string };
  readonly SecurityGroupIds?: readonly string[];
  readonly BlockDeviceMappings?: readonly {
    readonly DeviceName?: string;
    readonly Ebs?: { readonly VolumeType?: string; readonly VolumeSize?: number; readonly Encrypted?: boolean };
  }[];
}

/** The rest of a template's data, as far as somebody who reads a fleet asks for it. */
function dataAnswer(data: Data): Answer {
  const { KeyName, IamInstanceProfile: profile, SecurityGroupIds, BlockDeviceMappings } = data;
  return {
    keyName: KeyName,
    iamInstanceProfile: profile && { name: profile.Name },
    securityGroupIdSet: SecurityGroupIds,
    blockDeviceMappingSet: BlockDeviceMappings?.map(({ DeviceName, Ebs }) => ({
      deviceName: DeviceName,
      ebs: Ebs && { volumeType: Ebs.VolumeType, volumeSize: Ebs.VolumeSize, encrypted: Ebs.Encrypted },
    })),
  };
}

const versionAnswer = (owner: LaunchTemplate, v: LaunchTemplateVersion): Answer => ({
  launchTemplateId: owner.id,
  launchTemplateName: owner.name,
  versionNumber: v.number,
  versionDescription: v.description,
  createTime: date(v.createdAt),
  defaultVersion: v.number === owner.defaultVersion,
  launchTemplateData: {
    imageId: v.imageId,
    instanceType: v.instanceType,
    userData: v.userData,
    ...dataAnswer(v.data),
    tagSpecificationSet: [{ resourceType: "instance", tagSet: tagSet(v.instanceTags) }],
  },
});
