/**
 * How a run stopped, which decides its outcome and exit code. `usage`: the request is not valid. `blocked`: refused before anything
 * changed. `halt`: stopped where it is, fence kept, resumable with the same command. `fail`: stopped with nothing left to resume.
 */
export type Disposition = "usage" | "blocked" | "halt" | "fail";

interface ErrorKind {
  readonly disposition: Disposition;
  /** What happened, in plain words. */
  readonly title: string;
  /** What the operator does next. */
  readonly remedy: string;
}

const AGAIN = "Then run the same command again. It resumes from the current state of the fleet.";
const RESUME = `Fix the cause. ${AGAIN}`;

/** Every way in which a run can stop, in one closed table. */
export const ERRORS = {
  USAGE: { disposition: "usage", title: "The command line is not valid", remedy: "See --help." },
  RELEASE_UNKNOWN: {
    disposition: "usage",
    title: "Unknown release",
    remedy: "Use the name (v202207-2) or the number (642) of a release in the release table.",
  },
  STACK_UNKNOWN: {
    disposition: "usage",
    title: "Unknown stack",
    remedy: "Use --stack. `--stack lab` needs no account.",
  },
  STACK_CONFIG_INVALID: {
    disposition: "usage",
    title: "The stack's configuration is not valid",
    remedy: "Correct Pulumi.<stack>.yaml. Pulumi.example.yaml explains every key.",
  },
  PATH_ILLEGAL: {
    disposition: "blocked",
    title: "The fleet cannot be upgraded to this release",
    remedy: "Choose another target. Terraform Enterprise cannot be downgraded, only restored from a backup.",
  },
  LAB_VARIABLES_SET: {
    disposition: "blocked",
    title: "The environment is the lab's, and the stack is not",
    remedy: "Unset the variables named, or use a new shell. Then run the same command again.",
  },
  IMAGE_UNRESOLVED: {
    disposition: "blocked",
    title: "The base image could not be determined",
    remedy: "Correct imageParameter (or imageOwner and imageName) in the stack file, or pass --image.",
  },
  IMAGE_NOT_VOUCHED: {
    disposition: "blocked",
    title: "Only the run store names the image of the unfinished run",
    remedy:
      "Find out who wrote the run. If the image is right, resume or abort the run yourself and confirm the image.",
  },
  PREFLIGHT_FAILED: {
    disposition: "blocked",
    title: "Preflight checks failed",
    remedy: "Nothing was changed. Fix what is listed, then run the same command again.",
  },
  STACK_NOT_BUILT: {
    disposition: "blocked",
    title: "The stack has not been built",
    remedy: "Build it with `pulumi up`, then run the same command again.",
  },
  GROUP_NOT_FOUND: {
    disposition: "blocked",
    title: "The Auto Scaling group was not found",
    remedy: "Check the account, the region and the stack's outputs (`pulumi stack output`).",
  },
  UNEXPECTED_CHANGES: {
    disposition: "blocked",
    title: "The update would change more than the new build",
    remedy: "Apply those changes with `pulumi up` first, or revert them. Then run the same command again.",
  },
  BOOT_PROOF_FAILED: {
    disposition: "blocked",
    title: "The boot check of the new build failed",
    remedy: 'Fix what is listed and run the same command again, or add --accept boot-proof --because "…".',
  },
  LEASE_HELD: {
    disposition: "blocked",
    title: "Another run holds the lease of this stack",
    remedy: "Wait for it to end. If its process is dead, the lease expires by itself. Then run the same command again.",
  },
  RUN_UNFINISHED: {
    disposition: "blocked",
    title: "An earlier run of this stack is not finished",
    remedy: "Resume or abort that run first, with the command shown.",
  },
  NOTHING_TO_RESUME: {
    disposition: "blocked",
    title: "There is no unfinished run to resume",
    remedy: "Start a run with --release. `runs` lists earlier runs.",
  },
  POINT_OF_NO_RETURN: {
    disposition: "blocked",
    title: "The new release may have migrated the database",
    remedy:
      "From here the old release can only come back with a restore, and that decision is yours: stop every node, restore the database and the object store to the point shown, then build the old release. To continue the upgrade instead: `upgrade --resume`.",
  },
  REBUILD_REFUSED: {
    disposition: "halt",
    title: "The node cannot be rebuilt safely",
    remedy:
      'Wait for the node: `upgrade --resume` checks it again. To accept the risk: `--rebuild-node --accept migration-may-run --because "…"`.',
  },
  SETTING_UNKNOWN: { disposition: "usage", title: "Unknown setting", remedy: "`app-config get` lists the settings." },
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
  CONFIRMATION_NEEDED: {
    disposition: "blocked",
    title: "Cannot ask for confirmation",
    remedy: "Pass --yes to start without asking.",
  },
  ENGINE_MISSING: {
    disposition: "blocked",
    title: "No Pulumi CLI found",
    remedy: "Put `pulumi` on PATH, allow the download, or install Go so that it can be built.",
  },
  CREDENTIALS_INVALID: { disposition: "halt", title: "AWS rejected the credentials", remedy: `Renew them. ${AGAIN}` },
  AWS_CALL_FAILED: {
    disposition: "halt",
    title: "Calls to AWS kept failing",
    remedy: `AWS throttled them, failed, or could not be reached. ${RESUME}`,
  },
  AWS_REFUSED: {
    disposition: "halt",
    title: "AWS refused a call",
    remedy: `The message says why: a permission, a quota, or a resource that does not exist. ${RESUME}`,
  },
  BACKUP_FAILED: { disposition: "halt", title: "The database backup failed", remedy: RESUME },
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
  WINDOW_CLOSING: {
    disposition: "halt",
    title: "The rest of the run does not fit into the maintenance window",
    remedy:
      'The outage has not started. Run the same command in the next window, or now with --now --because "…". To revert the run, use `abort`. Until then, drained nodes take no work.',
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
  WRONG_RELEASE: {
    disposition: "halt",
    title: "A node runs a different release from the one it was built for",
    remedy: `Check the node's build and the vendor's pins. ${RESUME}`,
  },
  WORLD_CHANGED: {
    disposition: "halt",
    title: "Someone else changed the fleet during the run",
    remedy: `Find out who, and stop it. ${AGAIN}`,
  },
  VERIFY_FAILED: { disposition: "halt", title: "The fleet is not in the planned end state", remedy: RESUME },
  STACK_LOCKED: {
    disposition: "halt",
    title: "Another Pulumi update holds the stack's lock",
    remedy: `Wait for it to end. A lock left by a dead process on this machine is removed automatically. Remove one left on another machine with \`pulumi cancel\`. ${AGAIN}`,
  },
  STACK_UPDATE_FAILED: { disposition: "halt", title: "The Pulumi update failed", remedy: RESUME },
  LEASE_LOST: {
    disposition: "halt",
    title: "Another run has taken over the lease",
    remedy: "This run has stopped acting. `status` shows the run that continues.",
  },
  JOURNAL_UNWRITABLE: {
    disposition: "halt",
    title: "The journal cannot be written",
    remedy: `A run does nothing that it has not recorded first. Free disk space, or repair the run store. ${AGAIN}`,
  },
  INTERRUPTED: {
    disposition: "halt",
    title: "Interrupted",
    remedy: "Run the same command again. It resumes from the current state of the fleet.",
  },
  INTERNAL: {
    disposition: "halt",
    title: "Internal error in tfe-repave",
    remedy: `Please report it, with the journal. ${AGAIN}`,
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** The only error that crosses module boundaries. `detail` names things (instances, releases) and never holds a secret. */
export class RepaveError extends Error {
  override readonly name = "RepaveError";
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${ERRORS[code].title}: ${detail}`, options);
  }

  get disposition(): Disposition {
    return ERRORS[this.code].disposition;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}

/** Turns anything thrown into a RepaveError. What was not foreseen becomes `INTERNAL`. */
export function asRepaveError(thrown: unknown): RepaveError {
  if (thrown instanceof RepaveError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RepaveError("INTERNAL", message, { cause: thrown });
}
