import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
} from "@aws-sdk/client-rds";
import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import { RepaveError } from "../../domain/errors";
import type { Backups, DatabasePolicy } from "../../ports/account/backups";
import type { AwsClients } from "./clients";
import { awsError, awsErrorName, callAws, findInAws } from "./errors";

// The error codes on the wire and the SDK's names of the same errors.
const NO_INSTANCE = ["DBInstanceNotFound", "DBInstanceNotFoundFault"];
const NO_CLUSTER = ["DBClusterNotFoundFault", "DBClusterNotFound"];
const NO_SNAPSHOT = ["DBSnapshotNotFound", "DBSnapshotNotFoundFault"];
const NO_CLUSTER_SNAPSHOT = ["DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFound"];
const SNAPSHOT_EXISTS = [
  "DBSnapshotAlreadyExists",
  "DBSnapshotAlreadyExistsFault",
  "DBClusterSnapshotAlreadyExistsFault",
  "DBClusterSnapshotAlreadyExists",
];

interface Database extends DatabasePolicy {
  readonly kind: "instance" | "cluster";
  readonly id: string;
}

/**
 * Backups in RDS and S3. The database is an instance, or an Aurora cluster, named by its own id or by that of one of its
 * instances.
 */
export function awsBackups({ clients: { rds, s3 } }: { readonly clients: Pick<AwsClients, "rds" | "s3"> }): Backups {
  /** Known after the first read of a database. From then on only snapshots of that kind are read. */
  let kind: Database["kind"] | undefined;

  async function find(databaseId: string): Promise<Database> {
    const database = await look(databaseId);
    kind = database.kind;
    return database;
  }

  async function look(databaseId: string): Promise<Database> {
    const instances = await findInAws("DescribeDBInstances", NO_INSTANCE, () =>
      rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: databaseId })),
    );
    const instance = instances?.DBInstances?.[0];
    if (instance && instance.DBClusterIdentifier === undefined) {
      return {
        kind: "instance",
        id: databaseId,
        retentionDays: instance.BackupRetentionPeriod ?? 0,
        engineVersion: instance.EngineVersion,
      };
    }
    const id = instance?.DBClusterIdentifier ?? databaseId;
    const clusters = await findInAws("DescribeDBClusters", NO_CLUSTER, () =>
      rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id })),
    );
    const cluster = clusters?.DBClusters?.[0];
    if (!cluster) throw new RepaveError("AWS_REFUSED", `no database instance or cluster ${databaseId} exists`);
    return {
      kind: "cluster",
      id,
      retentionDays: cluster.BackupRetentionPeriod ?? 0,
      engineVersion: cluster.EngineVersion,
    };
  }

  return {
    async policy(databaseId) {
      const { retentionDays, engineVersion } = await find(databaseId);
      return { retentionDays, engineVersion };
    },
    async snapshot(databaseId, snapshotId, tags) {
      const { kind: found, id } = await find(databaseId);
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const ofInstance = { DBInstanceIdentifier: id, DBSnapshotIdentifier: snapshotId, Tags };
      const ofCluster = { DBClusterIdentifier: id, DBClusterSnapshotIdentifier: snapshotId, Tags };
      const [action, create] =
        found === "instance"
          ? ["CreateDBSnapshot", () => rds.send(new CreateDBSnapshotCommand(ofInstance))]
          : ["CreateDBClusterSnapshot", () => rds.send(new CreateDBClusterSnapshotCommand(ofCluster))];
      try {
        await create();
      } catch (thrown) {
        if (!SNAPSHOT_EXISTS.includes(awsErrorName(thrown))) throw awsError(action, thrown);
      }
    },
    async snapshotStatus(snapshotId) {
      const ofInstance = await findInAws("DescribeDBSnapshots", NO_SNAPSHOT, () =>
        rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshotId })),
      );
      const snapshot = ofInstance?.DBSnapshots?.[0];
      if (snapshot || kind === "instance") return snapshot?.Status;
      const ofCluster = await findInAws("DescribeDBClusterSnapshots", NO_CLUSTER_SNAPSHOT, () =>
        rds.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: snapshotId })),
      );
      return ofCluster?.DBClusterSnapshots?.[0]?.Status;
    },
    async keepsVersions(bucket) {
      const command = new GetBucketVersioningCommand({ Bucket: bucket });
      // Without a status, versioning was never switched on.
      return (await callAws("GetBucketVersioning", () => s3.send(command))).Status === "Enabled";
    },
  };
}
