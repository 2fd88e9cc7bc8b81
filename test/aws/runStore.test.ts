import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { s3RunStore } from "../../orchestration/adapters/runStore/s3RunStore";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { anEntry, aRun, describeRunStoreContract } from "../contract/runStore";
import { motoClients } from "./moto";

let clients: AwsClients;
beforeAll(async () => {
  clients = motoClients();
  await clients.s3.send(
    new CreateBucketCommand({ Bucket: "runs", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
});
afterAll(() => clients.destroy());

let stores = 0;

describeRunStoreContract("S3, in moto", () => {
  const prefix = `tfe/store-${(stores += 1)}`;
  const open = () => s3RunStore({ client: clients.s3, bucket: "runs", prefix, stack: "prod" });
  return Promise.resolve({ open, close: () => Promise.resolve() });
});

/** moto's own account. */
const ACCOUNT = "123456789012";

it("names the account of the credentials as the owner of the bucket on every request of a whole run", async () => {
  const owners: unknown[] = [];
  const own = motoClients();
  const { s3 } = own;
  s3.middlewareStack.add(
    (next) => (args) => {
      owners.push((args.request as { headers: Record<string, string> }).headers["x-amz-expected-bucket-owner"]);
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const store = s3RunStore({ client: s3, bucket: "runs", prefix: "owned", stack: "prod" });
  const lease = await store.acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1_000 });
  await store.create(aRun("r1"));
  await store.append("r1", anEntry(0));
  await store.save("r1", "report.md", "x");
  expect(await store.journal("r1")).toEqual([anEntry(0)]);
  expect(await store.list()).toEqual([aRun("r1")]);
  await store.makeSureOfRoom(1);
  await store.release(lease);
  own.destroy();
  expect(owners.length).toBeGreaterThan(12);
  expect([...new Set(owners)]).toEqual([ACCOUNT]);
});

it("sees of a bucket what leaves it open, until that is closed", async () => {
  const Bucket = "open-runs";
  await clients.s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  const store = s3RunStore({ client: clients.s3, bucket: Bucket, prefix: "", stack: "prod" });
  expect(await store.concerns({ bucket: Bucket })).toEqual([
    "open-runs is the application's own bucket, to which every node may write",
    expect.stringMatching(/^public access to open-runs is not blocked \(BlockPublicAcls, /),
    "open-runs does not encrypt its objects",
    "versioning of open-runs is off",
  ]);
  const blocks = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  await clients.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: blocks }));
  const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
  await clients.s3.send(
    new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: rules } }),
  );
  await clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  expect(await store.concerns({ bucket: "other" })).toEqual([]);
});
