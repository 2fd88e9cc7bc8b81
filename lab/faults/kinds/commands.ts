import type { Entry } from "../entry";

/** Faults of the way that commands take to a node: Systems Manager and its agent. */
export const COMMAND_FAULTS = {
  "command-undelivered": {
    does: "SSM accepts a command for the first old node and then reports it as undeliverable, once.",
    standsFor: "a command that Systems Manager accepts and the node never receives",
    when: "fenced",
    for: "ever",
    times: 1,
    target: "first-old",
    effect: () => ({ kind: "undeliverable" }),
  },
  "command-expires": {
    does: "SSM accepts a command for the first old node, the agent does not fetch it in time, and it ends as Delivery Timed Out, once.",
    standsFor: "an agent that is connected but hangs",
    when: "fenced",
    for: "ever",
    times: 1,
    target: "first-old",
    effect: () => ({ kind: "command-not-fetched" }),
  },
  "command-cut-off": {
    does: "SSM ends the first long command on the first old node after a minute: Execution Timed Out.",
    standsFor: "a drain that outlasts the document's execution timeout",
    when: "fenced",
    for: "ever",
    times: 1,
    settings: { seconds: 60 },
    target: "first-old",
    effect: ({ seconds = 60 }) => ({ kind: "command-cut-off", seconds }),
  },
  "invocation-late": {
    does: "For five seconds after SSM accepted a command, reading its invocation fails with InvocationDoesNotExist.",
    standsFor: "an API that is eventually consistent",
    when: "now",
    for: "ever",
    times: "any",
    settings: { seconds: 5 },
    effect: ({ seconds = 5 }) => ({ kind: "invocations-late", seconds }),
  },
  "agent-late": {
    does: "Neither SSM nor SSH reaches the first new node in the ten minutes after its launch; the node installs all the same.",
    standsFor: "an agent or an sshd that starts later than the machine",
    when: "launch",
    for: 600,
    target: "first-new",
    effect: () => ({ kind: "unreachable" }),
  },
} as const satisfies Readonly<Record<string, Entry>>;
