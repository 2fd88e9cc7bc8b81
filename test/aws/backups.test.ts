import { CreateDBClusterCommand, CreateDBInstanceCommand } from "@aws-sdk/client-rds";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { awsBackups } from "../../orchestration/adapters/aws/backups";
import { motoClients } from "./moto";

let clients: AwsClients;
const LOGIN = { MasterUsername: "tfe", MasterUserPassword: "not-a-secret" };

beforeAll(async () => {
  clients = motoClients();
  await clients.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "tfe-instance",
      DBInstanceClass: "db.m5.large",
      Engine: "postgres",
      AllocatedStorage: 20,
      BackupRetentionPeriod: 7,
      ...LOGIN,
    }),
  );
  await clients.rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: "tfe-cluster",
      Engine: "aurora-postgresql",
      BackupRetentionPeriod: 5,
      ...LOGIN,
    }),
  );
  await clients.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "tfe-member",
      DBInstanceClass: "db.r5.large",
      DBClusterIdentifier: "tfe-cluster",
      Engine: "aurora-postgresql",
    }),
  );
});
afterAll(() => clients.destroy());

it.each([
  ["an instance", "tfe-instance", 7],
  ["a cluster", "tfe-cluster", 5],
  ["a cluster, by one of its instances,", "tfe-member", 5],
])("%s has a retention, and is saved once under one name", async (_what, database, retentionDays) => {
  const backups = awsBackups({ clients });
  const snapshot = `before-${database}`;
  expect(await backups.policy(database)).toMatchObject({ retentionDays });
  expect(await backups.snapshotStatus(snapshot)).toBeUndefined();
  await backups.snapshot(database, snapshot, { "tfe-repave:run": "run-1" });
  await backups.snapshot(database, snapshot, { "tfe-repave:run": "run-1" });
  expect(await backups.snapshotStatus(snapshot)).toBe("available");
});

it("a database that is not there is said so", async () => {
  await expect(awsBackups({ clients }).policy("nobodys")).rejects.toMatchObject({
    code: "AWS_REFUSED",
    detail: "no database instance or cluster nobodys exists",
  });
});
