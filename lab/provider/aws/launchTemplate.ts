import { z } from "zod";
import type { TemplateInput } from "../../region/api";
import type { LaunchTemplate } from "../../region/model";
import type { Context, Fields, Noun } from "../noun";
import type { Props } from "../value";
import { arn, nameInputs, NAMED, physicalName, REGIONAL, reportTags, tagMap } from "./shared";
import { DATA_INPUTS, fromApi, tagSpecifications, toApi } from "./templateData";

/** Inputs that are part of a version: a change of any makes a new one. */
const VERSIONED: Fields = {
  description: {},
  imageId: {},
  instanceType: {},
  userData: {},
  tagSpecifications: {},
  ...Object.fromEntries(DATA_INPUTS.map((key) => [key, {}])),
  vpcSecurityGroupIds: { set: true },
  securityGroupNames: { set: true },
  metadataOptions: {
    computed: true,
    completes: ["httpEndpoint", "httpTokens", "httpPutResponseHopLimit", "httpProtocolIpv6", "instanceMetadataTags"],
  },
};

const Inputs = z.object({
  ...nameInputs,
  description: z.string().optional(),
  imageId: z.string().default(""),
  instanceType: z.string().default(""),
  userData: z.string().default(""),
  tags: tagMap,
  updateDefaultVersion: z.boolean().default(false),
  defaultVersion: z.number().optional(),
});

function version(inputs: Props): TemplateInput {
  const { description, imageId, instanceType, userData } = Inputs.parse(inputs);
  const instanceTags = tagSpecifications(inputs).find(({ resourceType }) => resourceType === "instance")?.tags ?? {};
  return {
    ...(description === undefined ? {} : { description }),
    imageId,
    instanceType,
    userData,
    instanceTags,
    data: toApi(inputs),
  };
}

const find = ({ region }: Context, id: string): LaunchTemplate | undefined =>
  region.state.launchTemplates.find((template) => template.id === id);

const makesVersion = (changed: ReadonlySet<string>): boolean =>
  [...changed].some((input) => VERSIONED[input] !== undefined);

/** Changes for which the real provider foresees no other number, as it is written: of a description it is wrong, of tags too. */
const UNFORESEEN = ["name", "namePrefix", "description"];
const SETS_DEFAULT = ["defaultVersion", "updateDefaultVersion"];

/** Which numbers a preview does not know. The real provider takes every change but these for one that makes a version. */
function unknownNumbers(changed: ReadonlySet<string>, movesDefault: boolean): readonly string[] {
  const foreseen = [...changed].filter((input) => !UNFORESEEN.includes(input));
  return [
    ...(foreseen.some((input) => !SETS_DEFAULT.includes(input)) ? ["latestVersion"] : []),
    ...(movesDefault && foreseen.length > 0 ? ["defaultVersion"] : []),
  ];
}

export const launchTemplate: Noun = {
  fields: {
    ...VERSIONED,
    ...NAMED,
    ...REGIONAL,
    defaultVersion: { computed: true },
    updateDefaultVersion: {},
  },
  outputs: ["arn", "latestVersion"],
  autoName: { max: 128, taken: (name, { region }) => region.state.launchTemplates.some((each) => each.name === name) },

  check: ({ defaultVersion, updateDefaultVersion }) =>
    defaultVersion !== undefined && updateDefaultVersion === true
      ? [
          {
            property: "defaultVersion",
            reason: `Conflicting configuration arguments: "defaultVersion": conflicts with updateDefaultVersion`,
          },
        ]
      : [],

  create(inputs, context) {
    const { tags, ...given } = Inputs.parse(inputs);
    const made = context.region.createLaunchTemplate({
      name: physicalName(given, context),
      tags,
      version: version(inputs),
    });
    return { id: made.id };
  },

  moves: (changed, { updateDefaultVersion }) => unknownNumbers(changed, updateDefaultVersion === true),

  update(id, { news, changed }, context) {
    const { tags, updateDefaultVersion, defaultVersion } = Inputs.parse(news);
    if (makesVersion(changed)) context.region.createLaunchTemplateVersion(id, version(news));
    const template = find(context, id);
    if (!template) return undefined;
    if (changed.has("tags")) template.tags = tags;
    if (updateDefaultVersion) template.defaultVersion = template.versions.at(-1)?.number ?? template.defaultVersion;
    else if (changed.has("defaultVersion") && defaultVersion !== undefined) template.defaultVersion = defaultVersion;
    return undefined;
  },

  observe(id, _known, context) {
    const template = find(context, id);
    const latest = template?.versions.at(-1);
    if (!template || !latest) return undefined;
    const { state } = context.region;
    return {
      ...fromApi(latest.data, latest.instanceTags),
      id,
      arn: arn(state, "ec2", `launch-template/${id}`),
      name: template.name,
      region: state.region,
      description: latest.description,
      imageId: latest.imageId,
      instanceType: latest.instanceType,
      userData: latest.userData,
      latestVersion: latest.number,
      defaultVersion: template.defaultVersion,
      ...reportTags(template.tags),
    };
  },

  delete(id, _olds, context) {
    if (find(context, id)) context.region.deleteLaunchTemplate(id);
  },
};
