import type { Instance, RegionState } from "../model";
import { missingReleases, releaseName, WITHOUT_REDIS } from "../releases";
import { enter } from "./phases";

/** `tfe_migration_lock` in Redis lives for an hour. Who is killed while it holds it leaves it behind. */
const LOCK_LIFETIME = 3_600_000;

/**
 * Starts the application: refuses what the database does not allow, migrates where the release is new to it, and waits for
 * the lock while another holds it. A newer release migrates whoever else still runs: nothing but the operator keeps it off.
 */
export function startApplication(state: RegionState, instance: Instance): void {
  const { node } = instance;
  node.settingsInEffect = { ...node.settings };
  const refusal = refusalOf(state, node.release);
  if (refusal !== undefined) {
    node.error = refusal;
    enter(state, node, "failed", undefined);
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

function refusalOf(state: RegionState, release: number): string | undefined {
  const { schemaRelease, started } = state.database;
  const name = releaseName(release) ?? String(release);
  if (release === WITHOUT_REDIS) return `${name}: redis: no configuration for multiple nodes`;
  if (schemaRelease !== undefined && schemaRelease > release) {
    const schema = releaseName(schemaRelease) ?? String(schemaRelease);
    return `database schema is newer than ${name}: it was migrated by ${schema} and must be rolled back`;
  }
  // A database that was migrated but on which nothing was ever fully started still owes that release itself.
  const last = started.length > 0 ? Math.max(...started) : (schemaRelease ?? release) - 1;
  const missing = missingReleases(last, release);
  if (missing.length === 0) return undefined;
  return `failed to meet upgrade requirements: missing required releases: ${missing.map(releaseName).join(", ")}`;
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
  const { release } = instance.node;
  if (!state.database.started.includes(release)) state.database.started.push(release);
  enter(state, instance.node, "started", undefined);
}
