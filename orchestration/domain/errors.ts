/**
 * Every way in which a run can stop, in one closed table. The disposition decides the outcome and so the exit code:
 * `usage` the request makes no sense; `blocked` refused before anything changed; `halt` stopped where it stands, fence kept,
 * resumable by the same command; `fail` stopped with nothing left to resume.
 */
export type Disposition = "usage" | "blocked" | "halt" | "fail";

interface ErrorKind {
  readonly disposition: Disposition;
  /** What happened, in plain words. */
  readonly title: string;
  /** What the operator does next. */
  readonly remedy: string;
}

const RESUME = "Put it right and give the same command again: it goes on from where the fleet stands.";

export const ERRORS = {
  USAGE: { disposition: "usage", title: "The command line makes no sense", remedy: "See --help." },
  RELEASE_UNKNOWN: {
    disposition: "usage",
    title: "There is no such release",
    remedy: "Give a ReleaseSequence (642) or a release name (v202207-2) from the release table.",
  },
  STACK_UNKNOWN: {
    disposition: "usage",
    title: "No such stack",
    remedy: "Name one with --stack; `--stack lab` needs no account.",
  },
  STACK_CONFIG_INVALID: {
    disposition: "usage",
    title: "The stack's configuration is not valid",
    remedy: "Correct Pulumi.<stack>.yaml; Pulumi.example.yaml explains every key.",
  },
  PATH_ILLEGAL: {
    disposition: "blocked",
    title: "The release cannot be reached",
    remedy: "Choose another target; Terraform Enterprise has no downgrade, only a restore.",
  },
  IMAGE_UNRESOLVED: {
    disposition: "blocked",
    title: "The image to build from could not be determined",
    remedy:
      "Correct imageParameter (or imageOwner and imageName) in Pulumi.<stack>.yaml, or name an image with --image.",
  },
  PREFLIGHT_FAILED: {
    disposition: "blocked",
    title: "Preflight found reasons not to start",
    remedy: "Mend what is listed, then give the same command again. Nothing was changed.",
  },
  STACK_NOT_BUILT: {
    disposition: "blocked",
    title: "The stack was never built",
    remedy: "Build it with `pulumi up`, then upgrade it.",
  },
  GROUP_NOT_FOUND: {
    disposition: "blocked",
    title: "The Auto Scaling group is not there",
    remedy: "Check the account, the region and the stack's outputs (`pulumi stack output`).",
  },
  UNEXPECTED_CHANGES: {
    disposition: "blocked",
    title: "The update would change more than the new build",
    remedy: "Bring those changes in with `pulumi up` first (or take them back), then give the same command again.",
  },
  BOOT_PROOF_FAILED: {
    disposition: "blocked",
    title: "The new build could not be shown to boot",
    remedy:
      'Mend what is listed, then give the same command again; or take the risk by name: --accept boot-proof --because "…".',
  },
  LEASE_HELD: {
    disposition: "blocked",
    title: "Another run holds this stack",
    remedy: "Wait for it; when its holder is dead the lease runs out by itself and the same command goes on.",
  },
  RUN_UNFINISHED: {
    disposition: "blocked",
    title: "A run of this stack is not finished",
    remedy: "Finish that run first with the command shown.",
  },
  NOTHING_TO_RESUME: {
    disposition: "blocked",
    title: "No run of this stack is unfinished",
    remedy: "Start one with --release; `runs` shows those of the past.",
  },
  POINT_OF_NO_RETURN: {
    disposition: "blocked",
    title: "The new release may have migrated the database",
    remedy:
      "There is no way back but a restore, which is yours to decide: stop every node, restore the database and the object store to the point shown, then build the old release. Going on is `upgrade --resume`.",
  },
  REBUILD_REFUSED: {
    disposition: "halt",
    title: "The node cannot be rebuilt safely",
    remedy:
      'Wait for it, or take the risk by name: --rebuild-node --accept migration-may-run --because "…". The same command without it looks again.',
  },
  SETTING_UNKNOWN: {
    disposition: "usage",
    title: "The application has no such setting",
    remedy: "`app-config get` lists the settings that it knows.",
  },
  NODE_NOT_READY: {
    disposition: "blocked",
    title: "A node cannot be taken out of service now",
    remedy: "See `health`; wait or mend what is named, then give the same command again.",
  },
  RESTART_TIMEOUT: {
    disposition: "halt",
    title: "A node did not come back healthy after its restart",
    remedy:
      "No further node was touched. See what is red with `health`; where a setting is to blame, `app-config set` it back. The same command begins with the node that is not healthy.",
  },
  BUNDLE_INCOMPLETE: {
    disposition: "fail",
    title: "Support bundles are missing",
    remedy: "See the node's disk, and its way to the bucket; then give the same command again: it makes new ones.",
  },
  CONFIRMATION_NEEDED: {
    disposition: "blocked",
    title: "There is nobody to ask",
    remedy: "Give --yes to start without a question.",
  },
  ENGINE_MISSING: {
    disposition: "blocked",
    title: "No Pulumi engine is to be had",
    remedy: "Put `pulumi` on PATH, allow its download, or install Go so that it can be built.",
  },
  CREDENTIALS_INVALID: { disposition: "halt", title: "AWS refuses the credentials", remedy: `Renew them. ${RESUME}` },
  AWS_CALL_FAILED: {
    disposition: "halt",
    title: "AWS did not answer, again and again",
    remedy: `It was throttled, in trouble or out of reach. ${RESUME}`,
  },
  AWS_REFUSED: {
    disposition: "halt",
    title: "AWS refuses a call",
    remedy: `The reason is in its answer: a permission, a quota, or a thing that is not there. ${RESUME}`,
  },
  BACKUP_FAILED: { disposition: "halt", title: "The database could not be backed up", remedy: RESUME },
  NODE_UNREACHABLE: {
    disposition: "halt",
    title: "A node cannot be reached",
    remedy: `A node that cannot be asked is not known to be drained, so it is not terminated. ${RESUME}`,
  },
  NODE_COMMAND_TIMEOUT: { disposition: "halt", title: "A command on a node did not end in time", remedy: RESUME },
  NODE_COMMAND_FAILED: { disposition: "halt", title: "A command on a node failed", remedy: RESUME },
  NODE_ANSWER_UNREADABLE: { disposition: "halt", title: "A node's answer could not be understood", remedy: RESUME },
  DRAIN_TIMEOUT: {
    disposition: "halt",
    title: "A node did not finish its work in time",
    remedy: `Its work goes on and nothing was terminated. Let it finish or cancel the runs in Terraform Enterprise. ${RESUME}`,
  },
  NOT_DRAINED: {
    disposition: "halt",
    title: "A node that would be terminated is not proven drained",
    remedy: RESUME,
  },
  NOT_ZERO: {
    disposition: "halt",
    title: "Old instances are not all terminated",
    remedy: `The new release must not start beside the old one. See what keeps the instance alive. ${RESUME}`,
  },
  WINDOW_CLOSING: {
    disposition: "halt",
    title: "What is left does not fit into the maintenance window",
    remedy:
      'The outage was not begun. Go on in the next window with the same command, or now with --now --because "…"; or take the run back with `abort`: drained nodes take no work.',
  },
  LAUNCH_TIMEOUT: {
    disposition: "halt",
    title: "The group launched no instance in time",
    remedy: `See the group's scaling activities (capacity, quotas, image). ${RESUME}`,
  },
  GATE_TIMEOUT: {
    disposition: "halt",
    title: "The node did not pass the gate in time",
    remedy:
      "The node is held as it is: it may be migrating the database, so do not terminate it. `upgrade --resume` looks again; " +
      "`upgrade --resume --rebuild-node` replaces it once it is known not to migrate.",
  },
  WRONG_RELEASE: {
    disposition: "halt",
    title: "A node runs another release than the one it was built for",
    remedy: `See the node's /etc/replicated.conf and the vendor's pins. ${RESUME}`,
  },
  WORLD_CHANGED: {
    disposition: "halt",
    title: "Somebody else changed the fleet during the run",
    remedy: `Find out who and stop it. ${RESUME}`,
  },
  VERIFY_FAILED: { disposition: "halt", title: "The end state is not what was planned", remedy: RESUME },
  STACK_LOCKED: {
    disposition: "halt",
    title: "Another Pulumi update holds the stack's lock",
    remedy: `Wait for it. A lock that a dead process of this machine left is removed by itself; one left on another machine is removed with \`pulumi cancel\`. ${RESUME}`,
  },
  STACK_UPDATE_FAILED: { disposition: "halt", title: "The Pulumi update failed", remedy: RESUME },
  LEASE_LOST: {
    disposition: "halt",
    title: "Another run has taken the lease over",
    remedy: "This run has stopped acting. See `status` for the run that goes on.",
  },
  JOURNAL_UNWRITABLE: {
    disposition: "halt",
    title: "The journal cannot be written",
    remedy: `Nothing is done that is not written down first. Free the disk or mend the run store. ${RESUME}`,
  },
  INTERRUPTED: { disposition: "halt", title: "Interrupted by the operator", remedy: RESUME },
  INTERNAL: {
    disposition: "halt",
    title: "A defect in tfe-repave",
    remedy: `Please report it with the journal. ${RESUME}`,
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** The one error that crosses the parts of the product. `detail` names things (instances, releases) and never holds a secret. */
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

/** Anything thrown, as a RepaveError; what we did not foresee is a defect of ours, and says so. */
export function asRepaveError(thrown: unknown): RepaveError {
  if (thrown instanceof RepaveError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RepaveError("INTERNAL", message, { cause: thrown });
}
