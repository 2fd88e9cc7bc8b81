import { asRepaveError, type ErrorCode, type RepaveError } from "../domain/errors";
import type { RunEvent } from "../domain/events";
import type { Clock } from "../ports/clock";
import type { RunStore } from "../ports/runStore";
import type { Ports } from "./context";

/** How long, and how often, a call is repeated that failed for a reason which passes. All calls of the ports may be repeated. */
interface Patience {
  readonly forMs: number;
  readonly everyMs: number;
  readonly because: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const PATIENCE: Partial<Record<ErrorCode, Patience>> = {
  // A drain may outlast every session: somebody renews the credentials, and the run goes on by itself.
  CREDENTIALS_INVALID: {
    forMs: 24 * 60 * MINUTE,
    everyMs: 15 * SECOND,
    because: "AWS refuses the credentials: renew them, this run waits",
  },
  AWS_CALL_FAILED: { forMs: 15 * MINUTE, everyMs: 10 * SECOND, because: "AWS does not answer; trying again" },
  // Pulumi's own lock: another update ends in minutes, a dead process's lock never.
  STACK_LOCKED: { forMs: 15 * MINUTE, everyMs: 10 * SECOND, because: "another update holds the stack; trying again" },
  // An update may fail for a moment's reason, and in the outage every minute of a halt counts; repeated it changes nothing twice.
  STACK_UPDATE_FAILED: { forMs: 25 * SECOND, everyMs: 10 * SECOND, because: "the update failed; trying again" },
};

interface Weather {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Before the claim a failure is the operator's to know at once. */
  readonly isUnderWay: () => boolean;
  readonly tell: (event: RunEvent) => void;
}

/** The ports of a run, made to wait out what passes by itself. What does not pass is thrown as it is. */
export function patient(ports: Ports, weather: Weather): Ports {
  return {
    ...ports,
    fleet: withPatience(ports.fleet, weather),
    launchMarket: withPatience(ports.launchMarket, weather),
    entrypoint: withPatience(ports.entrypoint, weather),
    images: withPatience(ports.images, weather),
    bootProbe: withPatience(ports.bootProbe, weather),
    stack: withPatience(ports.stack, weather),
    tfe: withPatience(ports.tfe, weather),
    backups: withPatience(ports.backups, weather),
  };
}

/** The run's own store likewise: a bucket is reached with the same credentials as everything else. */
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

async function repeat(call: () => Promise<unknown>, { clock, signal, isUnderWay, tell }: Weather): Promise<unknown> {
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
      // From the first failure on: the call itself, a drain, may have taken a day.
      since ??= clock.monotonic();
      if (!patience || !isUnderWay() || clock.monotonic() - since >= patience.forMs) throw thrown;
      if (told !== error.code) tell({ event: "warning", text: `${patience.because} (${error.detail})` });
      told = error.code;
      await clock.sleep(patience.everyMs, signal);
    }
  }
}
