import { AwsError, type RegionApi } from "../../region/api";
import type { DbSnapshot } from "../../region/model";
import { required, structures, text, whole, type Params } from "../params";
import { date, page, type Answer, type Operation, type Service } from "../service";

const DEFAULT_PAGE = 100;
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
    Engine: "postgres",
    EngineVersion: db.engineVersion,
    BackupRetentionPeriod: db.backupRetentionPeriod,
    LatestRestorableTime: db.backupRetentionPeriod > 0 ? date(now - LOG_UPLOAD) : undefined,
  }));
};

const CreateDBSnapshot: Operation = (region, params) => {
  const snapshot = region.createDbSnapshot({
    snapshotId: required(params, "DBSnapshotIdentifier"),
    instanceId: required(params, "DBInstanceIdentifier"),
    tags: Object.fromEntries(structures(params, "Tags").map((tag) => [required(tag, "Key"), text(tag, "Value") ?? ""])),
  });
  return { DBSnapshot: snapshotAnswer(region, snapshot) };
};

const DescribeDBSnapshots: Operation = (region, params) => {
  const [id, instanceId] = [text(params, "DBSnapshotIdentifier"), text(params, "DBInstanceIdentifier")];
  const found = region.state.dbSnapshots.filter(
    (s) => (id === undefined || s.id === id) && (instanceId === undefined || s.instanceId === instanceId),
  );
  if (id !== undefined && found.length === 0)
    throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${id} not found.`, 404);
  return paged("DBSnapshots", "DBSnapshot", found, params, (snapshot) => snapshotAnswer(region, snapshot));
};

/** The lab's database is an instance and no cluster: of those there are no snapshots. */
const DescribeDBClusterSnapshots: Operation = (_region, params) => {
  const id = text(params, "DBClusterSnapshotIdentifier") ?? "";
  throw new AwsError("DBClusterSnapshotNotFoundFault", `DBClusterSnapshot ${id} not found.`, 404);
};

export const rds: Service = {
  protocol: "rds",
  namespace: "http://rds.amazonaws.com/doc/2014-10-31/",
  version: "2014-10-31",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { DescribeDBInstances, CreateDBSnapshot, DescribeDBSnapshots, DescribeDBClusterSnapshots },
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
