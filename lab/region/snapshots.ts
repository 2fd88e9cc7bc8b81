import { AwsError } from "./api";
import type { DbSnapshot, RegionState, Tags } from "./model";

/** A snapshot is `creating` until its `availableAt`. */
export function createDbSnapshot(
  state: RegionState,
  input: { snapshotId: string; instanceId: string; tags?: Tags },
): DbSnapshot {
  const instance = state.dbInstances.find(({ id }) => id === input.instanceId);
  if (!instance) throw new AwsError("DBInstanceNotFound", `DBInstance ${input.instanceId} not found.`, 404);
  if (instance.clusterId !== undefined) {
    throw new AwsError(
      "InvalidParameterValue",
      "The specified instance is a member of a cluster: snapshot the cluster.",
    );
  }
  requireIdentifier("DBSnapshotIdentifier", input.snapshotId);
  if (hasSnapshot(state, input.snapshotId)) {
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${input.snapshotId} already exists.`,
    );
  }
  return add(state, input);
}

/** Of an Aurora cluster, named by its own id: that of none of its instances. */
export function createDbClusterSnapshot(
  state: RegionState,
  input: { snapshotId: string; clusterId: string; tags?: Tags },
): DbSnapshot {
  if (!state.dbInstances.some(({ clusterId }) => clusterId === input.clusterId)) {
    throw new AwsError("DBClusterNotFoundFault", `DBCluster ${input.clusterId} not found.`, 404);
  }
  requireIdentifier("DBClusterSnapshotIdentifier", input.snapshotId);
  if (hasSnapshot(state, input.snapshotId, true)) {
    throw new AwsError(
      "DBClusterSnapshotAlreadyExistsFault",
      `Cannot create the cluster snapshot because one with the identifier ${input.snapshotId} already exists.`,
    );
  }
  return add(state, { snapshotId: input.snapshotId, instanceId: input.clusterId, ofCluster: true, ...tagsOf(input) });
}

/** The rule of every identifier in RDS. */
function requireIdentifier(parameter: string, id: string): void {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i.test(id) && id.length <= LONGEST_IDENTIFIER) return;
  throw new AwsError(
    "InvalidParameterValue",
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, ` +
      "digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
  );
}

const LONGEST_IDENTIFIER = 255;

const tagsOf = ({ tags }: { tags?: Tags }): { tags?: Tags } => (tags ? { tags } : {});

const hasSnapshot = (state: RegionState, id: string, ofCluster = false): boolean =>
  state.dbSnapshots.some((snapshot) => snapshot.id === id && (snapshot.ofCluster ?? false) === ofCluster);

function add(
  state: RegionState,
  input: { snapshotId: string; instanceId: string; ofCluster?: boolean; tags?: Tags },
): DbSnapshot {
  const snapshot: DbSnapshot = {
    id: input.snapshotId,
    instanceId: input.instanceId,
    ...(input.ofCluster ? { ofCluster: true } : {}),
    createdAt: state.now,
    availableAt: state.now + state.timings.snapshot,
    tags: { ...input.tags },
    failed: false,
  };
  state.dbSnapshots.push(snapshot);
  return snapshot;
}
