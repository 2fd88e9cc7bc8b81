import { createWriteStream } from "node:fs";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { RepaveError } from "../../domain/errors";
import type { ObjectStore, StoredObject } from "../../ports/objectStore";
import { callAws } from "./errors";

/** Needs s3:ListBucket on the bucket and s3:GetObject on what is downloaded. */
export function s3ObjectStore({ client }: { readonly client: S3Client }): ObjectStore {
  return {
    list: (bucket, prefix) =>
      callAws("ListObjectsV2", async () => {
        const objects: StoredObject[] = [];
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
          for (const { Key: key, Size: bytes = 0 } of page.Contents ?? []) {
            if (key !== undefined) objects.push({ key, bytes });
          }
        }
        return objects;
      }),
    async download(bucket, key, file, maxBytes) {
      const { Body: body } = await callAws("GetObject", () =>
        client.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
      );
      try {
        // In Node the SDK returns a Node stream. A bundle may be larger than the memory.
        await pipeline(body as Readable, atMost(maxBytes), createWriteStream(file, { flags: "wx", mode: 0o600 }));
      } catch (cause) {
        throw new RepaveError("BUNDLE_INCOMPLETE", `${key}: ${(cause as Error).message}`, { cause });
      }
    },
  };
}

/** Passes bytes on, and fails at the first byte over the limit: an object may have grown since it was listed. */
function atMost(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(new Error(`more than the ${maxBytes} bytes that were listed`));
      else done(null, chunk);
    },
  });
}
