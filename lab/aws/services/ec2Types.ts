import { AwsError } from "../../region/api";
import { provisionsOf } from "../../region/provisions";
import { texts, text } from "../params";
import type { Operation, Operations } from "../service";
import { matching } from "./ec2Filters";

/** vCPUs by size (EC2 user guide, General purpose instances). */
const VCPUS: Readonly<Record<string, number>> = { large: 2, xlarge: 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32 };

/** Families with a `g` after their generation have Graviton processors. */
const architectureOf = (type: string): string => (/^[a-z]+\d+g/.test(type) ? "arm64" : "x86_64");

const vcpusOf = (type: string): number | undefined => VCPUS[type.split(".")[1] ?? ""];

const DescribeInstanceTypes: Operation = (_region, params) => {
  const asked = texts(params, "InstanceType") ?? [];
  const unknown = asked.filter((type) => vcpusOf(type) === undefined);
  if (unknown.length > 0) {
    throw new AwsError(
      "InvalidInstanceType",
      `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
    );
  }
  return {
    instanceTypeSet: asked.map((type) => ({
      instanceType: type,
      currentGeneration: true,
      supportedUsageClasses: ["on-demand", "spot"],
      processorInfo: { supportedArchitectures: [architectureOf(type)] },
      vCpuInfo: { defaultVCpus: vcpusOf(type), defaultThreadsPerCore: 2, defaultCores: (vcpusOf(type) ?? 0) / 2 },
    })),
  };
};

/** The types that launch templates name are offered in every zone that the groups use, unless somebody took one back. */
const DescribeInstanceTypeOfferings: Operation = (region, params) => {
  const zones = new Set(region.state.groups.flatMap((group) => group.zones));
  const all = zones.size > 0 ? [...zones] : ["a", "b"].map((letter) => region.state.region + letter);
  const places = all.filter((zone) => !provisionsOf(region.state).zonesWithoutTypes.includes(zone));
  const types = new Set(region.state.launchTemplates.flatMap((t) => t.versions.map((v) => v.instanceType)));
  const byZone = text(params, "LocationType") === "availability-zone";
  const offered = [...types].flatMap((type) =>
    (byZone ? places : [region.state.region]).map((location) => ({ type, location })),
  );
  const found = matching(offered, params, (offer, name) =>
    name === "instance-type" ? [offer.type] : name === "location" ? [offer.location] : undefined,
  );
  const locationType = byZone ? "availability-zone" : "region";
  return { instanceTypeOfferingSet: found.map((o) => ({ instanceType: o.type, locationType, location: o.location })) };
};

export const ec2Types: Operations = { DescribeInstanceTypes, DescribeInstanceTypeOfferings };
