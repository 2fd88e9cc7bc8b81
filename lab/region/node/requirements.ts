import type { RegionState } from "../model";
import { missingReleases, releaseName } from "../releases";

/** What the application says where a required release was passed over; undefined: none was. */
export function unmetRequirements({ database }: RegionState, release: number): string | undefined {
  const { schemaRelease, started } = database;
  // A database that was migrated but on which nothing was ever fully started still owes that release itself.
  const last = started.length > 0 ? Math.max(...started) : (schemaRelease ?? release) - 1;
  const missing = missingReleases(last, release);
  if (missing.length === 0) return undefined;
  return `failed to meet upgrade requirements: missing required releases: ${missing.map(releaseName).join(", ")}`;
}
