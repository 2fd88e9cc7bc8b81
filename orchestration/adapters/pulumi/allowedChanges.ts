import type { AllowedChanges } from "../../domain/changes";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";

/** What the role of the nodes may do: which secrets it reads is in the configuration of the nodes. */
const NODE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const TARGETS = "aws:lb/targetGroup:TargetGroup";

const BUILD = ["userData", "imageId", "description", "tagSpecifications", "latestVersion", "defaultVersion"];
const CAPACITY = ["minSize", "maxSize", "desiredCapacity"];

/** The diff gate's rules for the stack program, in Pulumi's type tokens and property names. */
export const ALLOWED_CHANGES: AllowedChanges = {
  stage: { [TEMPLATE]: BUILD },
  move: { [TEMPLATE]: BUILD, [NODE_POLICY]: ["policy"] },
  // The load balancer's question goes with the pin: another release may answer on another path.
  scale: { [GROUP]: [...CAPACITY, "launchTemplate"], [TARGETS]: ["healthCheck"] },
  abort: { [TEMPLATE]: BUILD, [GROUP]: CAPACITY, [NODE_POLICY]: ["policy"] },
  none: {},
  // The properties that the stack's configuration can change, and that AWS keeps for the window without `applyImmediately`.
  waiting: {
    "aws:rds/instance:Instance": ["instanceClass", "allocatedStorage"],
    "aws:elasticache/replicationGroup:ReplicationGroup": ["nodeType"],
  },
};

/**
 * Operations that an interrupted update left pending and that staging does not repeat. It does repeat the update of the template:
 * another version is made from the same values, and Pulumi takes the operation off its list.
 */
export const unrepeated = (pending: readonly string[]): readonly string[] =>
  pending.filter((operation) => !operation.startsWith(`updating ${TEMPLATE} `));
