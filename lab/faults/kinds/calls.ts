import type { Entry } from "../entry";

/** What changes something in AWS: only for these does it matter whether a call that was not answered has taken effect. */
const MUTATING = [
  "SuspendProcesses",
  "ResumeProcesses",
  "UpdateAutoScalingGroup",
  "SetDesiredCapacity",
  "TerminateInstanceInAutoScalingGroup",
  "TerminateInstances",
  "SendCommand",
  "CancelCommand",
  "CreateDBSnapshot",
  "PutObject",
  "DeleteObject",
] as const;

const list = (operations: readonly string[] | undefined) => (operations ? { operations } : {});

/** Faults of AWS's answers. */
export const CALL_FAULTS = {
  throttled: {
    does: "Every third call to AWS is throttled, with the error of its service.",
    standsFor: "API limits of a busy account",
    when: "now",
    for: "ever",
    times: "any",
    settings: { every: 3 },
    effect: ({ every = 1 }, operations) => ({
      kind: "calls-refused",
      how: "throttled",
      every,
      provider: false,
      ...list(operations),
    }),
  },
  unavailable: {
    does: "AWS answers every call with status 503 for a minute.",
    standsFor: "an outage of an AWS API",
    when: "drain",
    for: 60,
    times: "any",
    settings: { every: 1 },
    effect: ({ every = 1 }, operations) => ({
      kind: "calls-refused",
      how: "unavailable",
      every,
      provider: false,
      ...list(operations),
    }),
  },
  "credentials-expired": {
    does: "The operator's credentials are expired for 15 minutes, for the product and for the Pulumi provider.",
    standsFor: "credentials that expire during the drain",
    when: "drain",
    after: 10,
    for: 900,
    times: "any",
    effect: () => ({ kind: "calls-refused", how: "expired", every: 1, provider: true }),
  },
  "access-denied": {
    does: "ResumeProcesses is refused for lack of a permission once the first new node has started.",
    standsFor: "a fence that cannot be lifted at the end",
    when: "started",
    for: "ever",
    times: "any",
    operations: ["ResumeProcesses"],
    effect: (_, operations) => ({
      kind: "calls-refused",
      how: "denied",
      every: 1,
      provider: false,
      ...list(operations),
    }),
  },
  "lost-response": {
    does: "The first call of each operation that changes something takes effect, but the connection closes without an answer.",
    standsFor: "a connection, or an operator's machine, that dies between a call and its answer",
    when: "now",
    for: "ever",
    operations: MUTATING,
    effect: (_, operations = MUTATING) => ({ kind: "answers-lost", operations }),
  },
  "slow-answers": {
    does: "Each answer of AWS comes five seconds after the call took effect, for 15 minutes.",
    standsFor: "an AWS API, or a network, that has become slow",
    when: "now",
    for: 900,
    times: "any",
    settings: { seconds: 5 },
    effect: ({ seconds = 0 }) => ({ kind: "answers-slow", seconds }),
  },
  "clock-skewed": {
    does: "The date of each answer of AWS is two minutes ahead of the machine's clock.",
    standsFor: "an operator's machine whose clock is behind",
    when: "now",
    for: "ever",
    times: "any",
    settings: { seconds: 120 },
    effect: ({ seconds = 0 }) => ({ kind: "clock-ahead", seconds }),
  },
} as const satisfies Readonly<Record<string, Entry>>;
