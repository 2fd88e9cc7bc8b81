import { AwsError } from "./api";
import type { DbSnapshot, RegionState, Tags } from "./model";

/** A snapshot is `creating` until its `availableAt`. */
export function createDbSnapshot(
  state: RegionState,
  input: { snapshotId: string; instanceId: string; tags?: Tags },
): DbSnapshot {
  if (!state.dbInstances.some((instance) => instance.id === input.instanceId)) {
    throw new AwsError("DBInstanceNotFound", `DBInstance ${input.instanceId} not found.`, 404);
  }
  if (state.dbSnapshots.some((snapshot) => snapshot.id === input.snapshotId)) {
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${input.snapshotId} already exists.`,
    );
  }
  const snapshot: DbSnapshot = {
    id: input.snapshotId,
    instanceId: input.instanceId,
    createdAt: state.now,
    availableAt: state.now + state.timings.snapshot,
    tags: { ...input.tags },
    failed: false,
  };
  state.dbSnapshots.push(snapshot);
  return snapshot;
}
