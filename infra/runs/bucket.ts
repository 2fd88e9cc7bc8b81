/** How buckets are asked, by the orchestrator and by the stack program, which reads there what runs keep. */
import type { Readable } from "node:stream";
import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type AwsPlace, s3Addressing, silenceVersionWarning } from "../awsSdk";
import { boundedText, MOST_RECORD_BYTES } from "./bounded";

/** Account that must own a bucket. */
export type OwnerOf = (bucket: string) => Promise<string>;

/**
 * The owners of buckets: the accounts that the stack names, else the caller's own. Asks once who the caller is, and only for a
 * bucket whose owner nobody names.
 */
export function ownersOf(named: AwsPlace["bucketOwners"], sts: STSClient): OwnerOf {
  let account: Promise<string> | undefined;
  const own = async (): Promise<string> => {
    const { Account: id } = await sts.send(new GetCallerIdentityCommand({}));
    if (id === undefined) throw new Error("STS does not say whose credentials these are");
    return id;
  };
  return async (bucket) => {
    const owner = named?.[bucket];
    if (owner !== undefined) return owner;
    account ??= own();
    return account.catch((error: unknown) => {
      account = undefined;
      throw error;
    });
  };
}

/**
 * Has every request of the client name the account that must own its bucket. S3 then refuses the bucket of another account: whoever
 * takes over the name of a bucket that was deleted is neither believed nor told anything.
 */
export function expectOwner(client: S3Client, ownerOf: OwnerOf): S3Client {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { Bucket: bucket } = args.input as { readonly Bucket?: string };
      if (bucket === undefined) return next(args);
      const owner = await ownerOf(bucket);
      return next({ ...args, input: { ...args.input, ExpectedBucketOwner: owner } }).catch((error: unknown) => {
        throw explained(error, bucket, owner);
      });
    },
    { step: "initialize", name: "expectBucketOwner" },
  );
  return client;
}

/** S3 says no more than "Access Denied" of a bucket that somebody else owns. */
function explained(error: unknown, bucket: string, owner: string): unknown {
  if (error instanceof Error && error.name === "AccessDenied")
    error.message += ` (${bucket} must belong to account ${owner}, and the credentials need the permission)`;
  return error;
}

/** The text of an object; undefined: it does not exist. Throws if that is unknown. */
export async function readObject(bucket: string, key: string, aws: AwsPlace = {}): Promise<string | undefined> {
  silenceVersionWarning();
  const { bucketOwners, ...place } = aws;
  const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000 };
  const sts = new STSClient({ ...place, requestHandler });
  const client = expectOwner(
    new S3Client({ ...place, ...s3Addressing(), requestHandler }),
    ownersOf(bucketOwners, sts),
  );
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return body ? await boundedText(body as Readable, MOST_RECORD_BYTES) : "";
  } catch (error) {
    // Without s3:ListBucket S3 answers 403 for an object that does not exist: then it is unknown, and this throws.
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  } finally {
    client.destroy();
    sts.destroy();
  }
}
