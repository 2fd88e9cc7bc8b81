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
  if (hasSnapshot(state, input.snapshotId, true)) {
    throw new AwsError(
      "DBClusterSnapshotAlreadyExistsFault",
      `Cannot create the cluster snapshot because one with the identifier ${input.snapshotId} already exists.`,
    );
  }
  return add(state, { snapshotId: input.snapshotId, instanceId: input.clusterId, ofCluster: true, ...tagsOf(input) });
}

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
