/** What `services: existing` demands, and what `services: build` makes itself and so will not be given. Pure. */
import { z } from "zod";

/** What the stack builds. */
const BUILT = [
  "vpcId",
  "nodeSubnetIds",
  "loadBalancerSubnetIds",
  "securityGroupIds",
  "targetGroupArn",
  "instanceProfile",
  "settingsSecretArn",
  "bucket",
  "databaseId",
] as const;

/** A rule that is broken or not, and the sentence about it. */
type Rule = readonly [broken: boolean, problem: string];
type Has = (key: (typeof BUILT)[number] | "zones") => boolean;

export const unfitForGiven = (has: Has): readonly Rule[] => [
  [
    !has("vpcId") && !(has("targetGroupArn") && has("securityGroupIds")),
    "vpcId is required unless targetGroupArn and securityGroupIds are given",
  ],
  [!has("nodeSubnetIds"), "nodeSubnetIds must name a subnet"],
  [!has("settingsSecretArn"), "settingsSecretArn is required without services: build"],
  [has("zones"), "zones has no effect without services: build"],
];

/** `zones` as given, JSON: what is wrong with it in itself is said elsewhere. */
export function unfitForBuilding(has: Has, zones = "[]"): readonly Rule[] {
  const given = BUILT.filter(has);
  const count = new Set(listOf(zones)).size;
  return [
    [given.length > 0, `services: build creates its own: remove ${given.join(", ")}`],
    [count < 2 || count > 3, "zones must name two or three availability zones for services: build"],
  ];
}

function listOf(json: string): readonly string[] {
  try {
    return z.array(z.string()).catch([]).parse(JSON.parse(json));
  } catch {
    return [];
  }
}
