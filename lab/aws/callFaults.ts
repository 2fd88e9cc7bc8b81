import { AwsError } from "../region/api";
import { inEffect, strike } from "../region/faultEffects";
import type { FaultEffect, RegionState } from "../region/model";
import type { Protocol } from "./service";

/** A call as the API names it. */
export interface Call {
  /** `autoscaling`, `s3`… */
  readonly service: string;
  /** Undefined: S3's own. */
  readonly protocol: Protocol | undefined;
  readonly operation: string;
}

/** What becomes of a call that was answered well. */
export interface Transport {
  readonly delayMs: number;
  /** The connection is closed instead of an answer. */
  readonly lost: boolean;
}

type How = Extract<FaultEffect, { kind: "calls-refused" }>["how"];

/** The error with which a fault refuses the call before it has any effect; undefined: none does. */
export function refusalOf(state: RegionState, call: Call): AwsError | undefined {
  for (const { fault, effect } of inEffect(state, "calls-refused")) {
    if (effect.operations && !effect.operations.includes(call.operation)) continue;
    fault.seen += 1;
    if (fault.seen % effect.every !== 0) continue;
    const error = ERRORS[effect.how](call);
    strike(state, fault, `${call.operation} was answered ${error.code}`);
    return error;
  }
  return undefined;
}

/** To be called when the call has had its effect. */
export function transportOf(state: RegionState, { operation }: Call): Transport {
  const slow = inEffect(state, "answers-slow");
  for (const { fault } of slow) strike(state, fault, `the answer to ${operation} came late`);
  const losing = inEffect(state, "answers-lost").filter(
    ({ fault, effect }) => effect.operations.includes(operation) && !fault.lost.includes(operation),
  );
  for (const { fault } of losing) {
    fault.lost.push(operation);
    strike(state, fault, `the answer to ${operation} was lost`);
  }
  return { delayMs: slow.reduce((sum, { effect }) => sum + effect.seconds * 1000, 0), lost: losing.length > 0 };
}

/** Date of an answer, in the header's own form, where a fault makes it another than the machine's. */
export function dateOf(state: RegionState): { readonly date?: string } {
  const [skewed] = inEffect(state, "clock-ahead");
  if (!skewed) return {};
  strike(state, skewed.fault, "an answer had another date");
  return { date: new Date(Date.now() + skewed.effect.seconds * 1000).toUTCString() };
}

/** Each service has its own words for these (common errors of its API reference). */
const ERRORS: Readonly<Record<How, (call: Call) => AwsError>> = {
  throttled: ({ service, protocol }) => {
    if (service === "s3") return new AwsError("SlowDown", "Please reduce your request rate.", 503);
    if (protocol === "ec2") return new AwsError("RequestLimitExceeded", "Request limit exceeded.", 503);
    return new AwsError(protocol === "json" ? "ThrottlingException" : "Throttling", "Rate exceeded");
  },
  unavailable: ({ protocol }) => {
    const code = protocol === "ec2" ? "Unavailable" : "ServiceUnavailable";
    return new AwsError(code, "Service is unable to handle request.", 503);
  },
  expired: ({ service, protocol }) => {
    if (service === "s3") return new AwsError("ExpiredToken", "The provided token has expired.");
    if (protocol === "ec2") return new AwsError("RequestExpired", "Request has expired.");
    if (protocol === "json") {
      return new AwsError("ExpiredTokenException", "The security token included in the request is expired");
    }
    return new AwsError("ExpiredToken", "The security token included in the request is expired", 403);
  },
  denied: ({ service, protocol, operation }) => {
    const message = `User is not authorized to perform: ${service}:${operation}`;
    if (protocol === "ec2") return new AwsError("UnauthorizedOperation", message, 403);
    return new AwsError(protocol === "json" ? "AccessDeniedException" : "AccessDenied", message, 403);
  },
};

/** The error with which AWS refuses a call of the Pulumi provider; undefined: none. */
export function providerRefusal(state: RegionState): AwsError | undefined {
  const [found] = inEffect(state, "calls-refused").filter(({ effect }) => effect.provider);
  if (!found) return undefined;
  const error = ERRORS[found.effect.how]({ service: "autoscaling", protocol: "query", operation: "a call" });
  strike(state, found.fault, `the Pulumi provider was answered ${error.code}`);
  return error;
}
