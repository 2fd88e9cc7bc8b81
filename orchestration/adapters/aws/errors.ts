import { RepaveError } from "../../domain/errors";

/** Names of errors that mean that the credentials are not valid, however often the call is repeated. */
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

/**
 * Returns the name of an AWS error as its API documents it (`InvalidAMIID.NotFound`), or the SDK's own name. "": anything else.
 */
export function awsErrorName(thrown: unknown): string {
  const { name = "", Code: code } = asThrown(thrown);
  // Errors of the query protocols without a class of their own may carry their name in `Code`.
  return name === "Error" ? (code ?? "") : name;
}

/**
 * Makes an AWS call. Its failure becomes `CREDENTIALS_INVALID`, `AWS_CALL_FAILED` (it may succeed later) or `AWS_REFUSED`.
 * `action` is the API's name of the call.
 */
export async function callAws<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw awsError(action, thrown);
  }
}

/** Works like `callAws`, but resolves to undefined if AWS reports, with one of these names, that the resource does not exist. */
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

/** Translates what an AWS call threw into the product's error. The SDK has already repeated what is worth repeating. */
export function awsError(action: string, thrown: unknown): RepaveError {
  if (thrown instanceof RepaveError) return thrown;
  const name = awsErrorName(thrown);
  const message = asThrown(thrown).message ?? String(thrown);
  // The SDK's own message on the first call.
  if (message === "Region is missing")
    return new RepaveError("STACK_CONFIG_INVALID", "neither the stack (aws:region) nor the environment sets a region");
  const detail = `${action}: ${name === "" ? "" : `${name}: `}${oneLine(message)}`;
  if (CREDENTIALS.has(name)) return new RepaveError("CREDENTIALS_INVALID", detail, { cause: thrown });
  return new RepaveError(isTransient(thrown) ? "AWS_CALL_FAILED" : "AWS_REFUSED", detail, { cause: thrown });
}

/** Returns whether the same call may succeed a moment later: throttled, the service failing, or no answer at all. */
function isTransient(thrown: unknown): boolean {
  const name = awsErrorName(thrown);
  const { $metadata: metadata, $retryable: retryable } = asThrown(thrown);
  const status = metadata?.httpStatusCode;
  const throttled = /Throttl|TooManyRequests|RequestLimitExceeded/.test(name);
  return throttled || retryable !== undefined || status === undefined || status === 429 || status >= 500;
}

// AWS denies access with an encoded text of several hundred characters that means nothing without another call.
const oneLine = (message: string): string =>
  message
    .replace(/Encoded authorization failure message: \S+/, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
