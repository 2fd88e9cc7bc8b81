import { createHash } from "node:crypto";
import { AwsError } from "../region/api";
import type { RegionState } from "../region/model";
import { hasFlaw } from "../region/provisions";
import { witnessText } from "../region/secretsWitness";
import { decodeChunks, isChunked } from "./chunked";
import { type Reception, toAwsError } from "./calls";
import { xml, type Reply } from "./protocol";
import { encryption, publicAccessBlock, S3_NAMESPACE, versioning } from "./s3Settings";
import { headerText, type HttpRequest } from "./routing";

const PAGE = 1000;

type Bucket = RegionState["buckets"][string];

interface Call {
  readonly state: RegionState;
  readonly request: HttpRequest;
  readonly bucket: string;
  readonly key: string;
}

type Operation = (call: Call) => Reply;

const PutObject: Operation = ({ state, request, bucket, key }) => {
  const objects = bucketNamed(state, bucket);
  if (header(request, "if-none-match") === "*" && objects[key]) throw preconditionFailed();
  requireMatch(request, objects[key]);
  const content = isChunked(request.headers) ? decodeChunks(request.body) : request.body;
  const etag = `"${createHash("md5").update(content).digest("hex")}"`;
  witnessText(state, `the object s3://${bucket}/${key}`, content.toString("latin1"));
  objects[key] = { body: content.toString("latin1"), etag, lastModified: state.now };
  return { status: 200, headers: { etag } };
};

const GetObject: Operation = ({ state, bucket, key }) => {
  const { headers, content } = objectAt(state, bucket, key);
  return { status: 200, headers, body: content };
};

const HeadObject: Operation = ({ state, bucket, key }) => ({
  status: 200,
  headers: objectAt(state, bucket, key).headers,
});

const DeleteObject: Operation = ({ state, request, bucket, key }) => {
  const objects = bucketNamed(state, bucket);
  requireMatch(request, objects[key]);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a bucket is a map of keys
  delete objects[key];
  return { status: 204 };
};

const ListObjectsV2: Operation = ({ state, request, bucket }) => {
  const query = request.url.searchParams;
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const limit = Number(query.get("max-keys") ?? PAGE);
  const objects = bucketNamed(state, bucket);
  const inside = Object.keys(objects).filter((key) => key.startsWith(prefix));
  // A key, or the common prefix that stands for all keys below it.
  const entries = [...new Set(inside.map((key) => upTo(key, delimiter, prefix.length)))]
    .sort()
    .filter((e) => e > after);
  const shown = entries.slice(0, limit);
  const truncated = shown.length < entries.length;
  return xml(200, {
    ListBucketResult: {
      "@_xmlns": S3_NAMESPACE,
      Name: bucket,
      Prefix: prefix,
      KeyCount: shown.length,
      MaxKeys: limit,
      IsTruncated: truncated,
      ...(truncated ? { NextContinuationToken: shown.at(-1) } : {}),
      Contents: shown.filter((entry) => entry in objects).map((key) => contents(key, objects)),
      CommonPrefixes: shown.filter((entry) => !(entry in objects)).map((entry) => ({ Prefix: entry })),
    },
  });
};

function upTo(key: string, delimiter: string, from: number): string {
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, from);
  return end < 0 ? key : key.slice(0, end + delimiter.length);
}

const CreateBucket: Operation = ({ state, bucket }) => {
  state.buckets[bucket] ??= {};
  return { status: 200, headers: { location: `/${bucket}` } };
};

const HeadBucket: Operation = ({ state, bucket }) => {
  bucketNamed(state, bucket);
  return { status: 200, headers: { "x-amz-bucket-region": state.region } };
};

/** What a bucket is set to. */
const setting =
  (read: (state: RegionState, bucket: string) => object): Operation =>
  ({ state, bucket }) => {
    bucketNamed(state, bucket);
    return xml(200, read(state, bucket));
  };

const OPERATIONS = {
  PutObject,
  GetObject,
  HeadObject,
  DeleteObject,
  CreateBucket,
  ListObjectsV2,
  HeadBucket,
  GetBucketVersioning: setting(versioning),
  GetPublicAccessBlock: setting(publicAccessBlock),
  GetBucketEncryption: setting(encryption),
};

type OperationName = keyof typeof OPERATIONS;

const ON_OBJECT: Readonly<Record<string, OperationName>> = {
  PUT: "PutObject",
  GET: "GetObject",
  HEAD: "HeadObject",
  DELETE: "DeleteObject",
};
const ON_BUCKET: Readonly<Record<string, OperationName>> = {
  PUT: "CreateBucket",
  GET: "ListObjectsV2",
  HEAD: "HeadBucket",
};

/** Sub-resources of a bucket, by their names in the query. */
const ABOUT_BUCKET: Readonly<Record<string, OperationName>> = {
  versioning: "GetBucketVersioning",
  publicAccessBlock: "GetPublicAccessBlock",
  encryption: "GetBucketEncryption",
};

/** Bucket and key of a request in path style: `/<bucket>/<key>`. */
function placeOf({ url }: HttpRequest): { bucket: string; key: string } {
  const [bucket = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
  return { bucket, key: rest.join("/") };
}

/** Name of the operation that a request asks for; undefined: none that is simulated. */
export function objectOperation(request: HttpRequest): OperationName | undefined {
  const { bucket, key } = placeOf(request);
  if (bucket === "") return undefined;
  const about = Object.keys(ABOUT_BUCKET).find((name) => request.url.searchParams.has(name));
  if (key === "" && request.method === "GET" && about !== undefined) return ABOUT_BUCKET[about];
  return (key === "" ? ON_BUCKET : ON_OBJECT)[request.method];
}

export function answerObject(state: RegionState, request: HttpRequest, reception: Reception): Reply {
  const { requestId, log, refusal } = reception;
  try {
    if (refusal) throw refusal;
    const operation = objectOperation(request);
    if (!operation) {
      log(`not simulated: s3 ${request.method} ${request.url.pathname}`);
      throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
    }
    requireOwner(state, request);
    return OPERATIONS[operation]({ state, request, ...placeOf(request) });
  } catch (error) {
    const { code, message, status } = toAwsError(error, log);
    if (request.method === "HEAD") return { status };
    return xml(status, { Error: { Code: code, Message: message, RequestId: requestId } });
  }
}

const header = ({ headers }: HttpRequest, name: string): string | undefined => headerText(headers, name);

/** `If-Match`: the object must be there as its ETag says, or, for `*`, at all. */
function requireMatch(request: HttpRequest, present: Bucket[string] | undefined): void {
  const etag = header(request, "if-match");
  if (etag === undefined) return;
  if (!present) throw noSuchKey();
  if (etag !== "*" && etag !== present.etag) throw preconditionFailed();
}

/** The account that a request expects to own the bucket must own it. */
function requireOwner(state: RegionState, request: HttpRequest): void {
  const expected = header(request, "x-amz-expected-bucket-owner");
  const { bucket } = placeOf(request);
  const owner = hasFlaw(state, bucket, "foreign") ? "210987654321" : state.accountId;
  if (expected !== undefined && expected !== owner) throw new AwsError("AccessDenied", "Access Denied", 403);
}

function bucketNamed(state: RegionState, name: string): Bucket {
  const bucket = state.buckets[name];
  if (!bucket) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  return bucket;
}

function objectAt(
  state: RegionState,
  bucket: string,
  key: string,
): { headers: Record<string, string>; content: Buffer } {
  const object = bucketNamed(state, bucket)[key];
  if (!object) throw noSuchKey();
  const content = Buffer.from(object.body, "latin1");
  return {
    content,
    headers: {
      etag: object.etag,
      "content-length": String(content.length),
      "content-type": "binary/octet-stream",
      "last-modified": new Date(object.lastModified).toUTCString(),
    },
  };
}

function contents(key: string, objects: Bucket): object {
  const object = objects[key];
  if (!object) return {};
  return {
    Key: key,
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: object.etag,
    Size: object.body.length,
    StorageClass: "STANDARD",
  };
}

const noSuchKey = (): AwsError => new AwsError("NoSuchKey", "The specified key does not exist.", 404);

const preconditionFailed = (): AwsError =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
