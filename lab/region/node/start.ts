import type { Instance, RegionState } from "../model";
import { kindOf } from "./kinds";
import { enter } from "./phases";
import { witnessStart } from "../witness";

/** `tfe_migration_lock` in Redis lives for an hour. Who is killed while it holds it leaves it behind. */
const LOCK_LIFETIME = 3_600_000;

/**
 * Starts the application: refuses what the database does not allow, migrates where the release is new to it, and waits for
 * the lock while another holds it. A newer release migrates whoever else still runs: nothing but the operator keeps it off.
 */
export function startApplication(state: RegionState, instance: Instance): void {
  const { node } = instance;
  const kind = kindOf(instance);
  witnessStart(state, instance);
  node.settingsInEffect = { ...node.settings };
  kind.begin(state, instance);
  const refusal = kind.refusal(state, instance);
  if (refusal !== undefined) {
    kind.refuse(state, instance, refusal);
    return;
  }
  if (lockHeldUntil(state) !== undefined) {
    enter(state, node, "migrating", undefined);
  } else if (state.database.schemaRelease === node.release) {
    enter(state, node, "starting", state.now + state.timings.start);
  } else {
    state.database.migrationLock = { instanceId: instance.id, expiresAt: state.now + LOCK_LIFETIME };
    enter(state, node, "migrating", state.now + state.timings.migrate);
  }
}

/** When the lock that somebody holds goes by itself; undefined: nobody holds it. */
export function lockHeldUntil(state: RegionState): number | undefined {
  const lock = state.database.migrationLock;
  return lock && lock.expiresAt > state.now ? lock.expiresAt : undefined;
}

export function endMigration(state: RegionState, instance: Instance): void {
  state.database.schemaRelease = instance.node.release;
  if (state.database.migrationLock?.instanceId === instance.id) state.database.migrationLock = undefined;
  enter(state, instance.node, "starting", state.now + state.timings.start);
}

/** A release counts for the next one's requirements from its first full start on. */
export function endStart(state: RegionState, instance: Instance): void {
  const { release, error } = instance.node;
  if (error !== undefined) {
    kindOf(instance).breakDown(state, instance);
    return;
  }
  if (!state.database.started.includes(release)) state.database.started.push(release);
  enter(state, instance.node, "started", undefined);
  kindOf(instance).started(state, instance);
}
