import { z } from "zod";
import { isList, isProps, type Props, type Value } from "../value";
import { tagMap } from "./shared";

/**
 * The provider's spelling of launch template data against the EC2 API's. Most of it differs in the first letter only.
 * What the region keeps as fields of their own (image, type, user data, tags of instances) is not here.
 */
const IRREGULAR: Readonly<Record<string, string>> = {
  vpcSecurityGroupIds: "SecurityGroupIds",
  securityGroupNames: "SecurityGroups",
};

/** Inputs of the template that are data of its versions and are kept as the API spells them. */
export const DATA_INPUTS = [
  "blockDeviceMappings",
  "capacityReservationSpecification",
  "cpuOptions",
  "creditSpecification",
  "disableApiStop",
  "disableApiTermination",
  "ebsOptimized",
  "enclaveOptions",
  "hibernationOptions",
  "iamInstanceProfile",
  "instanceInitiatedShutdownBehavior",
  "keyName",
  "maintenanceOptions",
  "metadataOptions",
  "monitoring",
  "networkInterfaces",
  "placement",
  "privateDnsNameOptions",
  "securityGroupNames",
  "vpcSecurityGroupIds",
] as const;

/** Booleans that the provider writes as text, so that "not given" can be told from "false". */
const TRISTATE = new Set([
  "encrypted",
  "deleteOnTermination",
  "ebsOptimized",
  "associatePublicIpAddress",
  "associateCarrierIpAddress",
]);

const upperFirst = (key: string): string => IRREGULAR[key] ?? key.charAt(0).toUpperCase() + key.slice(1);

const PROVIDER_KEYS = new Map(Object.entries(IRREGULAR).map(([provider, api]) => [api, provider]));

const lowerFirst = (key: string): string => PROVIDER_KEYS.get(key) ?? key.charAt(0).toLowerCase() + key.slice(1);

export function toApi(inputs: Props): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const key of DATA_INPUTS) {
    const value = inputs[key];
    if (value !== undefined) data[upperFirst(key)] = apiValue(key, value);
  }
  const others = tagSpecifications(inputs).filter((specification) => specification.resourceType !== "instance");
  if (others.length > 0) {
    data["TagSpecifications"] = others.map(({ resourceType, tags }) => ({
      ResourceType: resourceType,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }));
  }
  return data;
}

function apiValue(key: string, value: Value): Value {
  if (TRISTATE.has(key) && typeof value === "string") return value === "true";
  if (isList(value)) return value.map((each) => apiValue(key, each));
  if (!isProps(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([k, each]) => (each === undefined ? [] : [[upperFirst(k), apiValue(k, each)]])),
  );
}

/** The inputs that this data came from, or could have come from. Those it does not mention are empty. */
export function fromApi(
  data: Readonly<Record<string, unknown>>,
  instanceTags: Readonly<Record<string, string>>,
): Props {
  const inputs: Record<string, Value | undefined> = {};
  for (const key of DATA_INPUTS) {
    const value = data[upperFirst(key)];
    inputs[key] = value === undefined ? null : providerValue(key, value as Value);
  }
  const others = (data["TagSpecifications"] ?? []) as {
    ResourceType: string;
    Tags: { Key: string; Value: string }[];
  }[];
  inputs["tagSpecifications"] = [
    ...(Object.keys(instanceTags).length > 0 ? [{ resourceType: "instance", tags: { ...instanceTags } }] : []),
    ...others.map(({ ResourceType, Tags }) => ({
      resourceType: ResourceType,
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    })),
  ];
  return inputs;
}

function providerValue(key: string, value: Value): Value {
  if (TRISTATE.has(key) && typeof value === "boolean") return String(value);
  if (isList(value)) return value.map((each) => providerValue(key, each));
  if (!isProps(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([k, each]) =>
      each === undefined ? [] : [[lowerFirst(k), providerValue(lowerFirst(k), each)]],
    ),
  );
}

const TagSpecifications = z.array(z.object({ resourceType: z.string(), tags: tagMap })).default([]);

export const tagSpecifications = (inputs: Props): z.infer<typeof TagSpecifications> =>
  TagSpecifications.parse(inputs["tagSpecifications"]);
