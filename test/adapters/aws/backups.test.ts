import { DEFAULTS } from "../../../lab/region/defaults";
import { awsBackups } from "../../../orchestration/adapters/aws/backups";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";
import { provisionsOf } from "../../../lab/region/provisions";

const TAGS = { "tfe-repave:run": "run-1", "tfe-repave:stack": "production" };

describe("a database instance", () => {
  let lab: ServedEstate;
  beforeAll(async () => {
    lab = await serveEstate({ count: 1 });
  });
  afterAll(() => lab.close());

  it("tells its retention and how far it can be restored", async () => {
    expect(await awsBackups(lab).policy(DEFAULTS.databaseId)).toEqual({
      retentionDays: lab.region.state.dbInstances[0]?.backupRetentionPeriod,
      engineVersion: "14.15",
    });
  });

  it("is saved once under one name, however often it is asked for", async () => {
    const backups = awsBackups(lab);
    await backups.snapshot(DEFAULTS.databaseId, "before-642", TAGS);
    await backups.snapshot(DEFAULTS.databaseId, "before-642", TAGS);
    expect(lab.region.state.dbSnapshots).toMatchObject([{ id: "before-642", instanceId: "tfe-lab", tags: TAGS }]);
    expect(await backups.snapshotStatus("before-642")).toBe("creating");
    lab.region.advance(lab.region.state.now + 600_000);
    expect(await backups.snapshotStatus("before-642")).toBe("available");
    expect(await backups.snapshotStatus("another")).toBeUndefined();
  });
});

describe("an Aurora cluster", () => {
  let lab: ServedEstate;
  beforeAll(async () => {
    lab = await serveEstate({ count: 1 });
    lab.region.state.dbInstances = ["tfe-writer", "tfe-reader"].map((id) => ({
      id,
      clusterId: "tfe-aurora",
      engineVersion: "15.4",
      backupRetentionPeriod: 5,
    }));
  });
  afterAll(() => lab.close());

  it.each(["tfe-aurora", "tfe-writer"])("is found as %s", async (id) => {
    expect(await awsBackups(lab).policy(id)).toEqual({
      retentionDays: 5,
      engineVersion: "15.4",
    });
  });

  it("is saved once as a cluster, with the run's tags, and awaited as one", async () => {
    const backups = awsBackups(lab);
    await backups.snapshot("tfe-writer", "before-642", TAGS);
    await backups.snapshot("tfe-writer", "before-642", TAGS);
    expect(lab.region.state.dbSnapshots).toMatchObject([
      { id: "before-642", instanceId: "tfe-aurora", ofCluster: true, tags: TAGS },
    ]);
    expect(await backups.snapshotStatus("before-642")).toBe("creating");
    lab.region.advance(lab.region.state.now + 600_000);
    expect(await backups.snapshotStatus("before-642")).toBe("available");
    expect(await awsBackups(lab).snapshotStatus("before-642")).toBe("available");
  });

  it("says so where there is neither instance nor cluster", async () => {
    await expect(awsBackups(lab).policy("nothing")).rejects.toMatchObject({
      code: "AWS_REFUSED",
      detail: "no database instance or cluster nothing exists",
    });
  });
});

describe("a bucket", () => {
  let lab: ServedEstate;
  beforeAll(async () => {
    lab = await serveEstate({ count: 1 });
  });
  afterAll(() => lab.close());

  it("keeps former versions, or does not", async () => {
    expect(await awsBackups(lab).keepsVersions(DEFAULTS.bucket)).toBe(true);
    provisionsOf(lab.region.state).unversionedBuckets.push(DEFAULTS.bucket);
    expect(await awsBackups(lab).keepsVersions(DEFAULTS.bucket)).toBe(false);
  });

  it("that is not there is no bucket without versions: it says so", async () => {
    await expect(awsBackups(lab).keepsVersions("nobodys")).rejects.toMatchObject({
      code: "AWS_REFUSED",
      detail: "GetBucketVersioning: NoSuchBucket: The specified bucket does not exist",
    });
  });
});
