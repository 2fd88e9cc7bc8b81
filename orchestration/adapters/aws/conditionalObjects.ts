import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { boundedText, MOST_RECORD_BYTES } from "../../../infra/runs/bounded";
import { RepaveError } from "../../domain/errors";
import { awsError, awsErrorName, callAws, findInAws } from "./errors";

export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
}

/** An object as it was read. */
export interface Stored {
  readonly body: string;
  /** Changes with each write of a different body. */
  readonly etag: string;
}

/** Writes and removes objects of a bucket only if no other process did so first. Throws as `callAws` does. */
export interface S3Objects {
  /** Undefined: the object does not exist. */
  read(key: string): Promise<Stored | undefined>;
  /**
   * Writes an object that must still be `expected`; undefined: that must not exist yet. Resolves to what is stored now, or to
   * undefined if someone else wrote first. `body` must differ from any body that another writer, or another call, may write: it
   * identifies our own write when its answer was lost and the SDK's retry failed.
   */
  write(key: string, body: string, expected: Stored | undefined): Promise<Stored | undefined>;
  /** Writes the object unconditionally. */
  replace(key: string, body: string): Promise<void>;
  /** Removes an object that is still `expected`. A changed object is left alone. */
  remove(key: string, expected: Stored): Promise<void>;
  /**
   * Returns the keys that start with `prefix`, in order. With `folders`, keys below the next "/" count as one key that ends in
   * it. With `most`, not many more than that are asked for.
   */
  list(prefix: string, options?: { readonly folders?: boolean; readonly most?: number }): Promise<readonly string[]>;
}

/** Number of retries when another request for the same key is in progress (409). */
const ATTEMPTS = 10;

/** Needs, on the bucket, s3:ListBucket (without it S3 does not tell a missing object from a forbidden one) and on the objects s3:GetObject, s3:PutObject, s3:DeleteObject. */
export function s3Objects({ client, bucket }: S3Place): S3Objects {
  async function read(key: string): Promise<Stored | undefined> {
    const answer = await findInAws("GetObject", [MISSING], () =>
      client.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
    );
    if (!answer) return undefined;
    try {
      // In Node the SDK returns a Node stream.
      const body = answer.Body ? await boundedText(answer.Body as Readable, MOST_RECORD_BYTES) : "";
      return { body, etag: answer.ETag ?? "" };
    } catch (thrown) {
      // A connection may break; an object that is too large stays so.
      throw thrown instanceof RangeError ? thrown : awsError("GetObject", thrown);
    }
  }

  /** Repeats a conditional request while S3 reports a conflict with another one. `settled` checks whether that one decided it. */
  async function conditionally<T>(
    action: string,
    request: () => Promise<T>,
    settled: () => Promise<{ readonly result: T } | undefined>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await callAws(action, request);
      } catch (thrown) {
        if (!isConflict((thrown as Error).cause)) throw thrown;
        const outcome = await settled();
        if (outcome) return outcome.result;
        if (attempt === ATTEMPTS)
          throw new RepaveError("AWS_CALL_FAILED", `${action}: S3 reports a conflict each time`);
      }
    }
  }

  return {
    read,
    write: (key, body, expected) =>
      conditionally<Stored | undefined>(
        "PutObject",
        async () => {
          const condition = expected ? { IfMatch: expected.etag } : { IfNoneMatch: "*" };
          const { ETag: etag = "" } = await client.send(
            new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...JSON_CONTENT, ...condition }),
          );
          return { body, etag };
        },
        async () => {
          const now = await read(key);
          if (now?.body === body) return { result: now };
          return now?.etag === expected?.etag ? undefined : { result: undefined };
        },
      ),
    async replace(key, body) {
      await callAws("PutObject", () => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })));
    },
    async remove(key, expected) {
      await conditionally<unknown>(
        "DeleteObject",
        () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: expected.etag })),
        async () => ((await read(key))?.etag === expected.etag ? undefined : { result: undefined }),
      );
    },
    list: (prefix, { folders = false, most = Infinity } = {}) =>
      callAws("ListObjectsV2", async () => {
        const keys: string[] = [];
        const request = { Bucket: bucket, Prefix: prefix, ...(folders ? { Delimiter: "/" } : {}) };
        for await (const page of paginateListObjectsV2({ client }, request)) {
          const found = folders
            ? (page.CommonPrefixes ?? []).map((each) => each.Prefix)
            : (page.Contents ?? []).map((each) => each.Key);
          keys.push(...found.filter((key) => key !== undefined));
          if (keys.length >= most) break;
        }
        return keys;
      }),
  };
}

const JSON_CONTENT = { ContentType: "application/json" } as const;

const MISSING = "NoSuchKey";

/** The condition did not hold (412), the required object does not exist (404), or another request interfered (409). */
function isConflict(thrown: unknown): boolean {
  const status = (thrown as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  return awsErrorName(thrown) === MISSING || status === 409 || status === 412;
}
