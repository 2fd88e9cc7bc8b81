import { asRepaveError, type ErrorCode, type RepaveError } from "../domain/errors";
import type { RunEvent } from "../domain/events";
import type { Clock } from "../ports/clock";
import type { RunStore } from "../ports/runStore";
import type { Ports } from "./context";

/**
 * How long, and at which interval, a call is repeated that failed for a passing reason. Every call of the ports may be repeated.
 */
interface Patience {
  readonly forMs: number;
  readonly everyMs: number;
  readonly because: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A drain may outlast every session. When the credentials are renewed, the run continues by itself. */
const renewal = (because: string): Patience => ({ forMs: 24 * 60 * MINUTE, everyMs: 15 * SECOND, because });

const PATIENCE: Partial<Record<ErrorCode, Patience>> = {
  CREDENTIALS_MISSING: renewal("no AWS credentials found any more. Log in again; this run waits"),
  CREDENTIALS_EXPIRED: renewal("the AWS credentials have expired. Renew them; this run waits"),
  CREDENTIALS_INVALID: renewal("AWS rejected the credentials. Renew them; this run waits"),
  AWS_UNREACHABLE: { forMs: 15 * MINUTE, everyMs: 10 * SECOND, because: "AWS cannot be reached; retrying" },
  AWS_CALL_FAILED: { forMs: 15 * MINUTE, everyMs: 10 * SECOND, because: "AWS throttles the calls or fails; retrying" },
  BACKEND_UNREACHABLE: {
    forMs: 15 * MINUTE,
    everyMs: 10 * SECOND,
    because: "the Pulumi backend cannot be reached; retrying",
  },
  // Pulumi's own lock: another update ends within minutes, the lock of a dead process never does.
  STACK_LOCKED: {
    forMs: 15 * MINUTE,
    everyMs: 10 * SECOND,
    because: "another Pulumi update holds the stack's lock; retrying",
  },
  // An update may fail for a passing reason, and in an outage every minute on hold counts. Repeating it changes nothing twice.
  STACK_UPDATE_FAILED: { forMs: 25 * SECOND, everyMs: 10 * SECOND, because: "the Pulumi update failed; retrying" },
  ENGINE_FAILED: { forMs: 25 * SECOND, everyMs: 10 * SECOND, because: "the Pulumi CLI failed; retrying" },
};

interface Weather {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Before the claim the operator must see a failure at once. */
  readonly isUnderWay: () => boolean;
  readonly tell: (event: RunEvent) => void;
  /** Called after each wait. */
  readonly waited: () => void;
}

/** Wraps the ports of a run so that passing failures are waited out. All other failures are thrown unchanged. */
export function patient(ports: Ports, weather: Weather): Ports {
  return {
    ...ports,
    fleet: withPatience(ports.fleet, weather),
    ...(ports.former && { former: withPatience(ports.former, weather) }),
    launchMarket: withPatience(ports.launchMarket, weather),
    entrypoint: withPatience(ports.entrypoint, weather),
    images: withPatience(ports.images, weather),
    preparedNodes: withPatience(ports.preparedNodes, weather),
    bootProbe: withPatience(ports.bootProbe, weather),
    stack: withPatience(ports.stack, weather),
    tfe: withPatience(ports.tfe, weather),
    backups: withPatience(ports.backups, weather),
    ...(ports.smokeRuns ? { smokeRuns: withPatience(ports.smokeRuns, weather) } : {}),
    ...(ports.alarms ? { alarms: withPatience(ports.alarms, weather) } : {}),
  };
}

/** Wraps the run's own store in the same way: a bucket is reached with the same credentials as everything else. */
export const patientStore = (store: RunStore, weather: Weather): RunStore => withPatience(store, weather);

function withPatience<T extends object>(port: T, weather: Weather): T {
  return new Proxy(port, {
    get(subject, property): unknown {
      const method: unknown = Reflect.get(subject, property);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => repeat(() => Reflect.apply(method, subject, args) as Promise<unknown>, weather);
    },
  });
}

async function repeat(
  call: () => Promise<unknown>,
  { clock, signal, isUnderWay, tell, waited }: Weather,
): Promise<unknown> {
  let since: number | undefined;
  let told: ErrorCode | undefined;
  for (;;) {
    try {
      const answer = await call();
      if (told) tell({ event: "note", text: "it works again; going on" });
      return answer;
    } catch (thrown) {
      const error: RepaveError = asRepaveError(thrown);
      const patience = PATIENCE[error.code];
      // Counted from the first failure: the call itself, such as a drain, may have taken a day.
      since ??= clock.monotonic();
      if (!patience || !isUnderWay() || clock.monotonic() - since >= patience.forMs) throw thrown;
      if (told !== error.code) tell({ event: "warning", text: `${patience.because} (${error.detail})` });
      told = error.code;
      await clock.sleep(patience.everyMs, signal);
      waited();
    }
  }
}
