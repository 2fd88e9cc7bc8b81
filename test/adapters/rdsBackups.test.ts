import { RDSClient } from "@aws-sdk/client-rds";
import { DEFAULTS } from "../../lab/region/defaults";
import { rdsBackups } from "../../orchestration/adapters/rdsBackups";
import { labRegion, type LabRegion } from "./labRegion";
import { type Wire, wire } from "./wire";

describe("a database instance", () => {
  let lab: LabRegion;
  beforeAll(async () => {
    lab = await labRegion({ nodes: 1 });
  });
  afterAll(() => lab.close());

  it("tells its retention and how far it can be restored", async () => {
    expect(await rdsBackups(lab).policy(DEFAULTS.databaseId)).toEqual({
      retentionDays: lab.region.state.dbInstances[0]?.backupRetentionPeriod,
      latestRestorableAt: lab.region.state.now - 300_000,
    });
  });

  it("is saved once under one name, however often it is asked for", async () => {
    const backups = rdsBackups(lab);
    await backups.snapshot(DEFAULTS.databaseId, "before-642");
    await backups.snapshot(DEFAULTS.databaseId, "before-642");
    expect(lab.region.state.dbSnapshots.map((snapshot) => snapshot.id)).toEqual(["before-642"]);
    expect(await backups.snapshotStatus("before-642")).toBe("creating");
    lab.region.advance(lab.region.state.now + 600_000);
    expect(await backups.snapshotStatus("before-642")).toBe("available");
    expect(await backups.snapshotStatus("another")).toBeUndefined();
  });
});

describe("an Aurora cluster", () => {
  let stub: Wire;
  let rds: RDSClient;
  const calls: string[] = [];
  const result = (action: string, content: string) => ({
    status: 200,
    body: `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`,
  });
  const error = (code: string) => ({
    status: 404,
    body: `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
  });

  beforeAll(async () => {
    stub = await wire(({ action, params }) => {
      calls.push(action);
      if (action === "DescribeDBInstances") {
        if (params.get("DBInstanceIdentifier") !== "tfe-writer") return error("DBInstanceNotFound");
        const member = "<DBInstance><DBClusterIdentifier>tfe-aurora</DBClusterIdentifier></DBInstance>";
        return result(action, `<DBInstances>${member}</DBInstances>`);
      }
      if (action === "DescribeDBClusters") {
        if (params.get("DBClusterIdentifier") !== "tfe-aurora") return error("DBClusterNotFoundFault");
        const retention = "<BackupRetentionPeriod>7</BackupRetentionPeriod>";
        const latest = "<LatestRestorableTime>2026-01-05T08:00:00Z</LatestRestorableTime>";
        return result(action, `<DBClusters><DBCluster>${retention}${latest}</DBCluster></DBClusters>`);
      }
      if (action === "CreateDBClusterSnapshot") return result(action, "<DBClusterSnapshot/>");
      if (action === "DescribeDBSnapshots") return error("DBSnapshotNotFound");
      const snapshot = "<DBClusterSnapshot><Status>creating</Status></DBClusterSnapshot>";
      return result(action, `<DBClusterSnapshots>${snapshot}</DBClusterSnapshots>`);
    });
    rds = new RDSClient({ ...stub.config, maxAttempts: 1 });
  });
  afterAll(async () => {
    rds.destroy();
    await stub.close();
  });

  it.each(["tfe-aurora", "tfe-writer"])("is found as %s", async (id) => {
    expect(await rdsBackups({ clients: { rds } }).policy(id)).toEqual({
      retentionDays: 7,
      latestRestorableAt: Date.UTC(2026, 0, 5, 8),
    });
  });

  it("is saved as a cluster", async () => {
    const backups = rdsBackups({ clients: { rds } });
    calls.length = 0;
    await backups.snapshot("tfe-writer", "before-642");
    expect(calls.at(-1)).toBe("CreateDBClusterSnapshot");
    expect(await backups.snapshotStatus("before-642")).toBe("creating");
  });

  it("says so where there is neither instance nor cluster", async () => {
    await expect(rdsBackups({ clients: { rds } }).policy("nothing")).rejects.toMatchObject({
      code: "AWS_REFUSED",
      detail: "there is no database instance or cluster nothing",
    });
  });
});
