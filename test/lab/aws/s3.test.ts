import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { bench, type Bench } from "./clients";

describe("S3 through the SDK", () => {
  let lab: Bench;
  beforeEach(async () => {
    lab = await bench(0);
    await lab.s3.send(new CreateBucketCommand({ Bucket: "runs" }));
  });
  afterEach(() => lab.close());

  const put = (
    Key: string,
    Body: NonNullable<PutObjectCommandInput["Body"]>,
    when: Partial<PutObjectCommandInput> = {},
  ) => lab.s3.send(new PutObjectCommand({ Bucket: "runs", Key, Body, ...when }));
  const get = async (Key: string): Promise<string | undefined> =>
    (await lab.s3.send(new GetObjectCommand({ Bucket: "runs", Key }))).Body?.transformToString();

  it("gives back what was put, whatever its characters", async () => {
    const { ETag } = await put("tfe/a lease.json", "größer\n");
    expect(await get("tfe/a lease.json")).toBe("größer\n");
    const head = await lab.s3.send(new HeadObjectCommand({ Bucket: "runs", Key: "tfe/a lease.json" }));
    expect(head).toMatchObject({ ETag, ContentLength: Buffer.byteLength("größer\n") });
  });

  it("takes a stream, which comes in chunks of its own", async () => {
    await put("stream", Readable.from([Buffer.from("one\r\n"), Buffer.from("two")]), { ContentLength: 8 });
    expect(await get("stream")).toBe("one\r\ntwo");
  });

  it("creates an object only where there is none", async () => {
    await put("lease", "first", { IfNoneMatch: "*" });
    await expect(put("lease", "second", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      $metadata: { httpStatusCode: 412 },
    });
    expect(await get("lease")).toBe("first");
  });

  it("replaces an object only where it is still the one that was read", async () => {
    const { ETag: first } = await put("lease", "first");
    const { ETag: second } = await put("lease", "second", { IfMatch: first });
    expect(second).not.toBe(first);
    await expect(put("lease", "third", { IfMatch: first })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
    expect(await get("lease")).toBe("second");
  });

  it("deletes an object only where it is still the one that was read", async () => {
    const { ETag: first } = await put("lease", "first");
    await put("lease", "second");
    const deletion = (IfMatch: string | undefined) =>
      lab.s3.send(new DeleteObjectCommand({ Bucket: "runs", Key: "lease", IfMatch }));
    await expect(deletion(first)).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    expect(await get("lease")).toBe("second");
    await deletion("*");
    await expect(deletion(first)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("says what does not exist", async () => {
    await expect(get("none")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(lab.s3.send(new HeadObjectCommand({ Bucket: "runs", Key: "none" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect(lab.s3.send(new HeadBucketCommand({ Bucket: "none" }))).rejects.toMatchObject({ name: "NotFound" });
    await expect(lab.s3.send(new GetObjectCommand({ Bucket: "none", Key: "a" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  it("lists keys in order, by prefix and in pages, with common prefixes", async () => {
    for (const key of ["runs/b/1", "runs/a/1", "runs/a/2", "runs/z", "other"]) await put(key, key);
    const list = (more: object) => lab.s3.send(new ListObjectsV2Command({ Bucket: "runs", Prefix: "runs/", ...more }));
    const all = await list({});
    expect(all.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ["runs/a/1", 8],
      ["runs/a/2", 8],
      ["runs/b/1", 8],
      ["runs/z", 6],
    ]);
    const first = await list({ Delimiter: "/", MaxKeys: 1 });
    expect(first).toMatchObject({ IsTruncated: true, CommonPrefixes: [{ Prefix: "runs/a/" }] });
    const second = await list({ Delimiter: "/", ContinuationToken: first.NextContinuationToken });
    expect(second.CommonPrefixes).toEqual([{ Prefix: "runs/b/" }]);
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(["runs/z"]);
    expect(second.IsTruncated).toBe(false);
  });

  it("deletes, and deletes again", async () => {
    await put("gone", "x");
    const deletion = new DeleteObjectCommand({ Bucket: "runs", Key: "gone" });
    await lab.s3.send(deletion);
    await lab.s3.send(deletion);
    await expect(get("gone")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});
