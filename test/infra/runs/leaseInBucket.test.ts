import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { objection } from "../../../infra/runs/lease";
import type { AwsPlace } from "../../../infra/awsSdk";
import { parseRunStore } from "../../../infra/runs/runStore";
import { type AwsEndpoint, serveAws } from "../../../lab/aws/endpoint";
import { createRegion } from "../../../lab/region/region";
import { s3RunStore } from "../../../orchestration/adapters/runStore/s3RunStore";

// The stack program and the run store must mean the same object.

const region = createRegion();
const before = { ...process.env };
let endpoint: AwsEndpoint;
let client: S3Client;

beforeAll(async () => {
  endpoint = await serveAws(region, { advance: () => undefined, log: () => undefined });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "lab",
    AWS_SECRET_ACCESS_KEY: "lab",
  });
  client = new S3Client({ forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "runs" }));
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  process.env = before;
});

const SECRET = "0123456789abcdef-0123456789abcdef";
const ask = (runStore: string, fencingSecret?: string): Promise<string | undefined> =>
  objection({ stack: "prod", runs: parseRunStore(runStore), fencingSecret, now: 1_000 });

it.each(["", "tfe/eu"])("an update is refused while a run holds the stack in a bucket (prefix %j)", async (prefix) => {
  const url = prefix === "" ? "s3://runs" : `s3://runs/${prefix}`;
  expect(await ask(url)).toBeUndefined();
  const store = s3RunStore({ client, bucket: "runs", prefix, stack: "prod" });
  const lease = await store.acquire({ runId: "r1", holder: "ann@ops", secret: SECRET, now: 0, ttlMs: 60_000 });
  expect(await ask(url)).toContain("Stack prod is held by run r1 of ann@ops");
  expect(await ask(url, SECRET)).toBeUndefined();
  await store.renew(lease, { now: 500, ttlMs: 0, step: "gate" });
  expect(await ask(url)).toContain("Run r1 of ann@ops stopped at step gate and is not finished");
  await store.release(lease);
  expect(await ask(url)).toBeUndefined();
});

it("is asked for in the stack's own region, where the environment names none", async () => {
  delete process.env["AWS_REGION"];
  const asked = (aws?: AwsPlace): Promise<string | undefined> =>
    objection({ stack: "prod", runs: parseRunStore("s3://runs", aws), fencingSecret: undefined, now: 1_000 });
  try {
    expect(await asked({ region: "eu-west-1" })).toBeUndefined();
    expect(await asked()).toContain("Region is missing");
  } finally {
    process.env["AWS_REGION"] = "eu-west-1";
  }
});

it.each([
  ["the bucket is not there", () => "s3://nobodys", "NoSuchBucket"],
  ["the record is damaged", damaged, "SyntaxError"],
])("an update is refused where %s", async (_what, make, words) => {
  const where = make();
  const reason = await ask(where);
  expect(reason).toContain(
    `The lease of stack prod cannot be read, so a run may be in progress (${where}/prod/lease.json`,
  );
  expect(reason).toContain(words);
});

function damaged(): string {
  Object.assign(region.state.buckets["runs"] ?? {}, {
    "torn/prod/lease.json": { body: '{"schema":1,', etag: '"1"', lastModified: 0 },
  });
  return "s3://runs/torn";
}
