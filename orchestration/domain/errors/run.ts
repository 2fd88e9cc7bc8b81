import { AGAIN, RESUME, type ErrorKind } from "./kind";

/** A run, its lease and its journal. */
export const RUN = {
  PREFLIGHT_FAILED: {
    disposition: "blocked",
    title: "Preflight checks failed",
    remedy: "Fix what is listed, then run the same command again.",
  },
  BOOT_PROOF_FAILED: {
    disposition: "blocked",
    title: "The boot check of the new build failed",
    remedy: 'Fix what is listed and run the same command again, or add --accept boot-proof --because "…".',
  },
  MOVE_IMPOSSIBLE: {
    disposition: "blocked",
    title: "The fleet cannot be moved",
    remedy: "`status` shows how the nodes are packaged, and whether a move can be taken back.",
  },
  MOVE_STAGED: {
    disposition: "blocked",
    title: "A move to another packaging is staged, and not made",
    remedy: "Make the move with `migrate`, or restore the stack file of before.",
  },
  MOVE_SECRET_REFUSED: {
    disposition: "blocked",
    title: "The secret of the new nodes cannot be written",
    remedy: "Permit what the message names. Then run the same command again.",
  },
  PREPARE_FAILED: {
    disposition: "blocked",
    title: "A node of the new build could not be prepared",
    remedy:
      "Nothing was terminated but what this run had prepared. Fix what is listed and run the same command again, or run it with --prewarm 0.",
  },
  UPGRADE_REFUSED: {
    disposition: "halt",
    title: "The release's own check refuses the upgrade",
    remedy: `The outage of this hop has not started, and the previous release serves. Fix what is listed. ${AGAIN}`,
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
  BACKUP_FAILED: { disposition: "halt", title: "The database backup failed", remedy: RESUME },
  WINDOW_CLOSING: {
    disposition: "halt",
    title: "The rest of the run does not fit into the maintenance window",
    remedy:
      'The outage has not started. Run the same command in the next window, or now with --now --because "…". To revert the run, use `abort`. Until then, drained nodes take no work.',
  },
  PAUSED: {
    disposition: "halt",
    title: "Paused before the outage, as asked",
    remedy:
      "The service answers, and no node takes work until the run continues. Start the outage with `upgrade --resume`, or revert the run with `abort`.",
  },
  WORLD_CHANGED: {
    disposition: "halt",
    title: "Someone else changed the fleet during the run",
    remedy: `Find out who, and stop it. ${AGAIN}`,
  },
  SMOKE_FAILED: {
    disposition: "halt",
    title: "The smoke run failed",
    remedy:
      'The service is up, and no further node is built. Fix the cause that is named, then: `upgrade --resume`, which makes a new smoke run. To go on without one: `upgrade --resume --accept smoke --because "…"`.',
  },
  SOAK_FAILED: {
    disposition: "halt",
    title: "The first node did not stay healthy in the soak",
    remedy:
      'No second node was built. `health` shows the conditions. Fix the cause, then: `upgrade --resume`, which begins the soak anew. To go on all the same: `upgrade --resume --accept soak --because "…"`.',
  },
  ALARM_RAISED: {
    disposition: "halt",
    title: "An alarm went to ALARM after the gate",
    remedy:
      'The service is up, and no further node is built. Look at the alarm. Once it is OK: `upgrade --resume`. To go on all the same: `upgrade --resume --accept alarms --because "…"`.',
  },
  VERIFY_FAILED: { disposition: "halt", title: "The fleet is not in the planned end state", remedy: RESUME },
  LEASE_LOST: {
    disposition: "halt",
    title: "Another run has taken over the lease",
    remedy: "This run has stopped acting. `status` shows the run that continues.",
  },
  RUN_STORE_UNREADABLE: {
    disposition: "blocked",
    title: "A file of the run store cannot be read",
    remedy:
      "Restore the file (a bucket with versioning keeps the earlier one), or take it out of the store with the command shown. Then run the same command again.",
  },
  JOURNAL_UNWRITABLE: {
    disposition: "halt",
    title: "The journal cannot be written",
    remedy: `A run does nothing that it has not recorded first. Free disk space, or repair the run store. ${AGAIN}`,
  },
  INTERRUPTED: {
    disposition: "halt",
    title: "Stopped as you asked",
    remedy: "Continue with `upgrade --resume`, or undo with `abort`. A stopped `drain` is undone with `restart`.",
  },
  INTERNAL: {
    disposition: "halt",
    title: "Internal error in tfe-repave",
    remedy: `Please report it, with the journal. ${AGAIN}`,
  },
} as const satisfies Record<string, ErrorKind>;
