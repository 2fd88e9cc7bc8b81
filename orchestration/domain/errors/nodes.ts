import { AGAIN, RESUME, type ErrorKind } from "./kind";

/** The nodes, and what is done to them. */
export const NODES = {
  NODE_NOT_READY: {
    disposition: "blocked",
    title: "A node cannot be taken out of service now",
    remedy: "Check `health`. Wait, or fix what is listed. Then run the same command again.",
  },
  RESTART_TIMEOUT: {
    disposition: "halt",
    title: "A node was not healthy in time after its restart",
    remedy:
      "No other node was touched. `health` shows which condition fails. If a setting is the cause, change it back with `app-config set`. The same command starts with the node that is not healthy.",
  },
  BUNDLE_INCOMPLETE: {
    disposition: "fail",
    title: "Support bundles are missing",
    remedy: "Check the node's disk and its access to the bucket. Then run the same command again.",
  },
  NODE_UNREACHABLE: {
    disposition: "halt",
    title: "A node cannot be reached",
    remedy: `A node that cannot be checked does not count as drained, so it is not terminated. ${RESUME}`,
  },
  NODE_COMMAND_TIMEOUT: { disposition: "halt", title: "A command on a node timed out", remedy: RESUME },
  NODE_COMMAND_FAILED: { disposition: "halt", title: "A command on a node failed", remedy: RESUME },
  NODE_ANSWER_UNREADABLE: { disposition: "halt", title: "A node returned unexpected output", remedy: RESUME },
  DRAIN_TIMEOUT: {
    disposition: "halt",
    title: "A node did not finish its work in time",
    remedy: `Its work continues, and nothing was terminated. Wait for it, or cancel the runs in Terraform Enterprise. ${AGAIN}`,
  },
  NOT_DRAINED: { disposition: "halt", title: "A node that is to be terminated is not proven drained", remedy: RESUME },
  NOT_ZERO: {
    disposition: "halt",
    title: "Not every old instance is terminated",
    remedy: `The new release must not start beside the old one. Find out what keeps the instance alive. ${RESUME}`,
  },
  LAUNCH_TIMEOUT: {
    disposition: "halt",
    title: "The group launched no instance in time",
    remedy: `Check the group's scaling activities (capacity, quotas, image). ${RESUME}`,
  },
  GATE_TIMEOUT: {
    disposition: "halt",
    title: "The node did not pass the gate in time",
    remedy:
      "The node is left running. It may be migrating the database, so do not terminate it. `upgrade --resume` checks it again. `upgrade --resume --rebuild-node` replaces it once it is known not to migrate.",
  },
  STARTUP_FAILED: {
    disposition: "halt",
    title: "The application on a node will not start",
    remedy:
      "Waiting does not help. The node is left running. Fix the cause that is named, then run the same command again: it checks the node again. If a run must replace the node: `upgrade --resume --rebuild-node`.",
  },
  WRONG_RELEASE: {
    disposition: "halt",
    title: "A node runs a different release from the one it was built for",
    remedy: `Check the node's build and the vendor's pins. ${RESUME}`,
  },
} as const satisfies Record<string, ErrorKind>;
