/** The stack program's only client of AWS besides Pulumi's providers: it reads what runs keep in a bucket. */
import type { Readable } from "node:stream";
import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { type AwsPlace, s3Addressing, silenceVersionWarning } from "../awsSdk";
import { boundedText, MOST_RECORD_BYTES } from "./bounded";

/** The text of an object; undefined: it does not exist. Throws if that is unknown. */
export async function readObject(bucket: string, key: string, aws: AwsPlace = {}): Promise<string | undefined> {
  const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000 };
  silenceVersionWarning();
  const client = new S3Client({ ...aws, ...s3Addressing(), requestHandler });
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return body ? await boundedText(body as Readable, MOST_RECORD_BYTES) : "";
  } catch (error) {
    // Without s3:ListBucket S3 answers 403 for an object that does not exist: then it is unknown, and this throws.
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
