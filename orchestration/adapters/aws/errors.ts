import { RepaveError } from "../../domain/errors";

/** Error names that mean: these credentials will not do, however often the call is repeated. */
const CREDENTIALS = new Set([
  "AuthFailure",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

const asThrown = (thrown: unknown): Thrown => (typeof thrown === "object" && thrown !== null ? thrown : {});

/** Name of an AWS error as its API documents it (`InvalidAMIID.NotFound`), or of the SDK's own; "" for anything else. */
export function awsErrorName(thrown: unknown): string {
  const { name = "", Code: code } = asThrown(thrown);
  // The query protocols' errors without a class of their own may keep their name in `Code`.
  return name === "Error" ? (code ?? "") : name;
}

/**
 * Makes an AWS call; what it throws becomes `CREDENTIALS_INVALID`, `AWS_CALL_FAILED` (it may succeed later) or `AWS_REFUSED`.
 * `action` is the API's name of the call.
 */
export async function callAws<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw awsError(action, thrown);
  }
}

/** Like `callAws`, but undefined where AWS says, in one of these words, that the thing is not there. */
export async function findInAws<T>(
  action: string,
  notFound: readonly string[],
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if (notFound.includes(awsErrorName(thrown))) return undefined;
    throw awsError(action, thrown);
  }
}

/** The product's error for what an AWS call threw. The SDK has already repeated what is worth repeating. */
export function awsError(action: string, thrown: unknown): RepaveError {
  if (thrown instanceof RepaveError) return thrown;
  const name = awsErrorName(thrown);
  const message = asThrown(thrown).message ?? String(thrown);
  // The SDK's own words, when it is asked for the first call.
  if (message === "Region is missing")
    return new RepaveError("STACK_CONFIG_INVALID", "the stack names no aws:region, and the environment none either");
  const detail = `${action}: ${name === "" ? "" : `${name}: `}${oneLine(message)}`;
  if (CREDENTIALS.has(name)) return new RepaveError("CREDENTIALS_INVALID", detail, { cause: thrown });
  return new RepaveError(isTransient(thrown) ? "AWS_CALL_FAILED" : "AWS_REFUSED", detail, { cause: thrown });
}

/** Whether the same call may succeed a moment later: throttled, the service in trouble, or no answer at all. */
function isTransient(thrown: unknown): boolean {
  const name = awsErrorName(thrown);
  const { $metadata: metadata, $retryable: retryable } = asThrown(thrown);
  const status = metadata?.httpStatusCode;
  const throttled = /Throttl|TooManyRequests|RequestLimitExceeded/.test(name);
  return throttled || retryable !== undefined || status === undefined || status === 429 || status >= 500;
}

// Access is denied with an encoded text of several hundred characters that says nothing without another call.
const oneLine = (message: string): string =>
  message
    .replace(/Encoded authorization failure message: \S+/, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
