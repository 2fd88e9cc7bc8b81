import { AwsError, type RegionApi } from "../../region/api";
import { DEFAULTS } from "../../region/defaults";
import type { DbSnapshot } from "../../region/model";
import { required, structures, text, whole, type Params } from "../params";
import { date, page, type Answer, type Operation, type Service } from "../service";

const DEFAULT_PAGE = 100;
/** The nodes of every estate have this host. */
const [HOST = "", PORT = "5432"] = DEFAULTS.hosts.database.split(":");
/** Transaction logs reach S3 every five minutes (RDS user guide, Restoring a DB instance to a specified time). */
const LOG_UPLOAD = 5 * 60_000;

const DescribeDBInstances: Operation = (region, params) => {
  const id = text(params, "DBInstanceIdentifier");
  const { now, dbInstances } = region.state;
  const found = dbInstances.filter((db) => id === undefined || db.id === id);
  if (id !== undefined && found.length === 0) throw instanceNotFound(id);
  return paged("DBInstances", "DBInstance", found, params, (db) => ({
    DBInstanceIdentifier: db.id,
    DBInstanceArn: arn(region, "db", db.id),
    DBInstanceStatus: "available",
    DBClusterIdentifier: db.clusterId,
    // An application on Aurora has the host of the cluster.
    Endpoint: db.clusterId === undefined ? { Address: HOST, Port: PORT } : undefined,
    Engine: db.clusterId === undefined ? "postgres" : "aurora-postgresql",
    EngineVersion: db.engineVersion,
    BackupRetentionPeriod: db.backupRetentionPeriod,
    LatestRestorableTime: db.backupRetentionPeriod > 0 ? date(now - LOG_UPLOAD) : undefined,
  }));
};

const CreateDBSnapshot: Operation = (region, params) => {
  const snapshot = region.createDbSnapshot({
    snapshotId: required(params, "DBSnapshotIdentifier"),
    instanceId: required(params, "DBInstanceIdentifier"),
    tags: tagsOf(params),
  });
  return { DBSnapshot: snapshotAnswer(region, snapshot) };
};

const tagsOf = (params: Params): Record<string, string> =>
  Object.fromEntries(structures(params, "Tags").map((tag) => [required(tag, "Key"), text(tag, "Value") ?? ""]));

/** A cluster is what its instances say: there is one as soon as one of them is its member. */
const DescribeDBClusters: Operation = (region, params) => {
  const id = text(params, "DBClusterIdentifier");
  const { now, dbInstances } = region.state;
  const members = dbInstances.filter(
    ({ clusterId }) => clusterId !== undefined && (id === undefined || clusterId === id),
  );
  if (id !== undefined && members.length === 0) {
    throw new AwsError("DBClusterNotFoundFault", `DBCluster ${id} not found.`, 404);
  }
  const writers = members.filter((db, index) => members.findIndex((one) => one.clusterId === db.clusterId) === index);
  return paged("DBClusters", "DBCluster", writers, params, (db) => ({
    DBClusterIdentifier: db.clusterId,
    DBClusterArn: arn(region, "cluster", db.clusterId ?? ""),
    Endpoint: HOST,
    Status: "available",
    Engine: "aurora-postgresql",
    EngineVersion: db.engineVersion,
    BackupRetentionPeriod: db.backupRetentionPeriod,
    LatestRestorableTime: db.backupRetentionPeriod > 0 ? date(now - LOG_UPLOAD) : undefined,
  }));
};

const CreateDBClusterSnapshot: Operation = (region, params) => {
  const snapshot = region.createDbClusterSnapshot({
    snapshotId: required(params, "DBClusterSnapshotIdentifier"),
    clusterId: required(params, "DBClusterIdentifier"),
    tags: tagsOf(params),
  });
  return { DBClusterSnapshot: clusterSnapshotAnswer(region, snapshot) };
};

const DescribeDBSnapshots: Operation = (region, params) => {
  const [id, instanceId] = [text(params, "DBSnapshotIdentifier"), text(params, "DBInstanceIdentifier")];
  const found = region.state.dbSnapshots.filter(
    (s) =>
      s.ofCluster !== true &&
      (id === undefined || s.id === id) &&
      (instanceId === undefined || s.instanceId === instanceId),
  );
  if (id !== undefined && found.length === 0)
    throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${id} not found.`, 404);
  return paged("DBSnapshots", "DBSnapshot", found, params, (snapshot) => snapshotAnswer(region, snapshot));
};

const DescribeDBClusterSnapshots: Operation = (region, params) => {
  const id = text(params, "DBClusterSnapshotIdentifier");
  const found = region.state.dbSnapshots.filter((s) => s.ofCluster === true && (id === undefined || s.id === id));
  if (id !== undefined && found.length === 0) {
    throw new AwsError("DBClusterSnapshotNotFoundFault", `DBClusterSnapshot ${id} not found.`, 404);
  }
  return paged("DBClusterSnapshots", "DBClusterSnapshot", found, params, (s) => clusterSnapshotAnswer(region, s));
};

export const rds: Service = {
  protocol: "rds",
  namespace: "http://rds.amazonaws.com/doc/2014-10-31/",
  version: "2014-10-31",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: {
    DescribeDBInstances,
    DescribeDBClusters,
    CreateDBSnapshot,
    CreateDBClusterSnapshot,
    DescribeDBSnapshots,
    DescribeDBClusterSnapshots,
  },
};

function paged<T>(
  list: string,
  element: string,
  all: readonly T[],
  params: Params,
  answer: (item: T) => Answer,
): Answer {
  const { items, next } = page(all, whole(params, "MaxRecords") ?? DEFAULT_PAGE, text(params, "Marker"));
  return { [list]: { [element]: items.map(answer) }, Marker: next };
}

const instanceNotFound = (id: string): AwsError =>
  new AwsError("DBInstanceNotFound", `DBInstance ${id} not found.`, 404);

const arn = ({ state }: RegionApi, kind: string, id: string): string =>
  `arn:aws:rds:${state.region}:${state.accountId}:${kind}:${id}`;

function clusterSnapshotAnswer(region: RegionApi, snapshot: DbSnapshot): Answer {
  const { DBSnapshotIdentifier, DBInstanceIdentifier, DBSnapshotArn, ...rest } = snapshotAnswer(region, snapshot);
  return {
    DBClusterSnapshotIdentifier: DBSnapshotIdentifier,
    DBClusterIdentifier: DBInstanceIdentifier,
    DBClusterSnapshotArn: String(DBSnapshotArn).replace(":snapshot:", ":cluster-snapshot:"),
    ...rest,
    Engine: "aurora-postgresql",
  };
}

function snapshotAnswer(region: RegionApi, snapshot: DbSnapshot): Answer {
  const ended = snapshot.availableAt <= region.state.now;
  const available = ended && !snapshot.failed;
  return {
    DBSnapshotIdentifier: snapshot.id,
    DBInstanceIdentifier: snapshot.instanceId,
    DBSnapshotArn: arn(region, "snapshot", snapshot.id),
    SnapshotCreateTime: available ? date(snapshot.availableAt) : undefined,
    Status: available ? "available" : ended ? "failed" : "creating",
    PercentProgress: available ? 100 : 50,
    SnapshotType: "manual",
    Engine: "postgres",
    TagList: { Tag: Object.entries(snapshot.tags).map(([Key, Value]) => ({ Key, Value })) },
  };
}
