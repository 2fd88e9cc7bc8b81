import { RepaveError } from "../domain/errors";

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

/** Name of an AWS error as its API documents it (`InvalidAMIID.NotFound`), or of the SDK's own; "" for anything else. */
export function awsErrorName(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  const code: unknown = "Code" in thrown ? thrown.Code : undefined;
  // The query protocols' errors without a class of their own keep their name in `Code`.
  return thrown.name === "Error" && typeof code === "string" ? code : thrown.name;
}

/** Makes an AWS call; what it throws becomes `CREDENTIALS_INVALID` or `AWS_CALL_FAILED`. `action` is the API's name of the call. */
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
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = `${action}: ${name === "" || name === "Error" ? "" : `${name}: `}${oneLine(message)}`;
  return new RepaveError(CREDENTIALS.has(name) ? "CREDENTIALS_INVALID" : "AWS_CALL_FAILED", detail, { cause: thrown });
}

/** Whether the same call may succeed a moment later: throttled, the service in trouble, or no answer at all. */
export function isTransient(thrown: unknown): boolean {
  const cause = thrown instanceof RepaveError ? thrown.cause : thrown;
  if (!(cause instanceof Error) || CREDENTIALS.has(awsErrorName(cause))) return false;
  const { $metadata: metadata, $retryable: retryable } = cause as {
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
  };
  const status = metadata?.httpStatusCode;
  return retryable !== undefined || status === undefined || status === 429 || status >= 500 || isThrottling(cause);
}

const isThrottling = (error: Error): boolean =>
  /Throttl|TooManyRequests|RequestLimitExceeded/.test(awsErrorName(error));

// Access is denied with an encoded text of several hundred characters that says nothing without another call.
const oneLine = (message: string): string =>
  message
    .replace(/Encoded authorization failure message: \S+/, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
