import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as s3 from "@aws-sdk/client-s3";
import { serveAws } from "../../../lab/aws/endpoint";
import { createRegion } from "../../../lab/region/region";
import { awsPlace } from "../../../infra/awsSdk";
import { parseRunStore } from "../../../infra/runs/runStore";
import { readLease } from "../../../infra/runs/leaseRecord";
import { awsClients } from "../../../orchestration/adapters/aws/clients";
import { s3RunStore } from "../../../orchestration/adapters/runStore/s3RunStore";
import { ROOT } from "../../support/root";

const OURS = "111122223333";
const KEYS = { region: "eu-west-1", credentials: { accessKeyId: "lab", secretAccessKey: "lab" } };

/** Every class of a command to S3 that a source file names. */
function commandsUsed(): readonly string[] {
  const sources = ["infra", "orchestration"].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" }).map((file) => join(ROOT, room, file)),
  );
  const texts = sources.filter((file) => file.endsWith(".ts")).map((file) => readFileSync(file, "utf8"));
  const fromS3 = texts.filter((text) => text.includes('"@aws-sdk/client-s3"')).join("\n");
  const named = Object.keys(s3).filter(
    (name) => new RegExp(`\\bnew ${name}\\b`).test(fromS3) && name.endsWith("Command"),
  );
  return [...named, ...(fromS3.includes("paginateListObjectsV2") ? ["ListObjectsV2Command"] : [])];
}

/** A service that answers nothing, and remembers what it was asked. */
async function listening() {
  const seen: { readonly path: string; readonly owner: unknown }[] = [];
  let identities = 0;
  const server = createServer((request: IncomingMessage, response) => {
    if (request.method === "POST" && request.url === "/") {
      identities += 1;
      response.writeHead(200, { "content-type": "text/xml" });
      const body = `<GetCallerIdentityResult><Account>${OURS}</Account></GetCallerIdentityResult>`;
      response.end(`<GetCallerIdentityResponse>${body}</GetCallerIdentityResponse>`);
      return;
    }
    seen.push({ path: request.url ?? "", owner: request.headers["x-amz-expected-bucket-owner"] });
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    identities: () => identities,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

it("is named on every command to S3 that the sources use", async () => {
  const used = [...commandsUsed()];
  expect(used.sort()).toEqual([
    "DeleteObjectCommand",
    "GetBucketEncryptionCommand",
    "GetBucketVersioningCommand",
    "GetObjectCommand",
    "GetPublicAccessBlockCommand",
    "ListObjectsV2Command",
    "PutObjectCommand",
  ]);
  const service = await listening();
  const clients = awsClients({ ...KEYS, endpoint: service.endpoint });
  for (const name of used) {
    const Command = s3[name as "GetObjectCommand"];
    await clients.s3.send(new Command({ Bucket: "runs", Key: name })).catch(() => undefined);
  }
  clients.destroy();
  await service.close();
  expect(service.seen).toHaveLength(used.length);
  expect(service.seen.filter(({ owner }) => owner !== OURS)).toEqual([]);
  expect(service.identities()).toBe(1);
});

it("is the account that the stack names, without asking who we are", async () => {
  const service = await listening();
  const place = awsPlace({
    "tfe:runStore": "s3://runs/tfe",
    "tfe:runStoreOwner": "222233334444",
    "tfe:bucket": "objects",
    "tfe:bucketOwner": "333344445555",
  });
  const clients = awsClients({ ...KEYS, ...place, endpoint: service.endpoint });
  for (const Bucket of ["runs", "objects"])
    await clients.s3.send(new s3.GetObjectCommand({ Bucket, Key: "x" })).catch(() => undefined);
  clients.destroy();
  await service.close();
  expect(service.seen.map(({ owner }) => owner)).toEqual(["222233334444", "333344445555"]);
  expect(service.identities()).toBe(0);
});

it("keeps a stack from believing the bucket of somebody who took its name: no lease, no run, no build is read there", async () => {
  const region = createRegion();
  const endpoint = await serveAws(region, { advance: () => undefined, log: () => undefined });
  const clients = awsClients({ ...KEYS, endpoint: endpoint.url });
  await clients.s3.send(new s3.CreateBucketCommand({ Bucket: "runs" }));
  region.state.provisions = {
    vcpuQuota: 64,
    zonesWithoutTypes: [],
    unversionedBuckets: [],
    bucketFlaws: { runs: ["foreign"] },
  };
  const store = s3RunStore({ client: clients.s3, bucket: "runs", prefix: "", stack: "prod" });
  for (const read of [store.list(), store.lease(), store.build(), store.journal("r1")])
    await expect(read).rejects.toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringContaining("runs must belong to account") as string,
    });
  const taking = store.acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1 });
  await expect(taking).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });

  const before = process.env["AWS_ENDPOINT_URL"];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: "lab",
    AWS_SECRET_ACCESS_KEY: "lab",
  });
  await expect(readLease(parseRunStore("s3://runs", { region: "eu-west-1" }), "prod")).rejects.toThrow(
    "runs must belong to account",
  );
  if (before === undefined) Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL");
  clients.destroy();
  await endpoint.close();
});
