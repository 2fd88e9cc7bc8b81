import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { type ErrorCode, RepaveError } from "../../domain/errors";
import { placeOf } from "./asked";

/** Names of errors that mean that the credentials were right once. */
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"]);

/** Names of errors that mean that the credentials are not valid, however often the call is repeated. */
const REJECTED = new Set([
  "AuthFailure",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InvalidToken",
  "MissingAuthenticationToken",
  "NotSignedUp",
  "OptInRequired",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** Names of what the SDK throws itself where it finds no credentials, or none that still hold. */
const NOT_FOUND = new Set(["CredentialsProviderError", "TokenProviderError", "ProviderError"]);

/** The SDK's words for credentials that it found, and that have to be renewed. */
const TO_BE_RENEWED = /expired|session token associated with profile|refresh this SSO session/i;

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
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
 * Makes an AWS call. Its failure becomes `CREDENTIALS_MISSING`, `CREDENTIALS_EXPIRED` or `CREDENTIALS_INVALID`, `AWS_UNREACHABLE`
 * or `AWS_CALL_FAILED` (it may succeed later), or `AWS_REFUSED`. `action` is the API's name of the call.
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
  const code = codeOf(thrown);
  const place = code.startsWith("CREDENTIALS_") ? placeOf(thrown) : undefined;
  // Where the SDK looked says more than its own words, which are always the same.
  if (place !== undefined && code === "CREDENTIALS_MISSING")
    return new RepaveError(code, `${action}: ${place}`, { cause: thrown });
  const said = [`${action}:`, name && `${name}:`, oneLine(message), place && `(${place})`];
  return new RepaveError(code, said.filter(Boolean).join(" "), { cause: thrown });
}

function codeOf(thrown: unknown): ErrorCode {
  const name = awsErrorName(thrown);
  const { message = "", $metadata: metadata } = asThrown(thrown);
  if (NOT_FOUND.has(name)) return TO_BE_RENEWED.test(message) ? "CREDENTIALS_EXPIRED" : "CREDENTIALS_MISSING";
  if (EXPIRED.has(name)) return "CREDENTIALS_EXPIRED";
  if (REJECTED.has(name)) return "CREDENTIALS_INVALID";
  // Nothing came back that has a status: no name, no route, no connection, or no answer in time.
  if (metadata?.httpStatusCode === undefined) return "AWS_UNREACHABLE";
  return isTransient(thrown) ? "AWS_CALL_FAILED" : "AWS_REFUSED";
}

/** Returns whether the same call may succeed a moment later, as the SDK itself judges it. */
const isTransient = (thrown: unknown): boolean =>
  isSdkError(thrown) && (isThrottlingError(thrown) || isTransientError(thrown) || isServerError(thrown));

const isSdkError = (thrown: unknown): thrown is Parameters<typeof isTransientError>[0] => thrown instanceof Error;

// AWS denies access with an encoded text of several hundred characters that means nothing without another call.
const oneLine = (message: string): string =>
  message
    .replace(/Encoded authorization failure message: \S+/, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
