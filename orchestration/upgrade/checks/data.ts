import { nextPostgres, postgresProblem, type Release, releaseFacts, releaseLabel } from "../../domain/release";
import { acceptable, type Check, type CheckContext } from "./check";

/** Checks that are not made where the stack does not name what to look at. */
const NO_DATABASE = { skipped: "set tfe:databaseId" };
const NO_BUCKET = { skipped: "set tfe:bucket" };

/** The application's data fits the new release, and can be restored. */
export const DATA_CHECKS: readonly Check[] = [
  acceptable(
    "database-version",
    "every release on the path supports the database version",
    "Upgrade the database first. The release notes say in which order.",
    async ({ ports, policy, plan }) => {
      const { databaseId } = policy.backup;
      if (databaseId === undefined) return NO_DATABASE;
      const { engineVersion } = await ports.backups.policy(databaseId);
      if (engineVersion === undefined) return `${databaseId} does not report its version`;
      const problems = plan.hops.flatMap(({ release }) => postgresProblem(release, engineVersion) ?? []);
      if (problems.length > 0) {
        const failure = `${databaseId} is PostgreSQL ${engineVersion}; ${problems.join("; ")}`;
        return { failure, remedy: databaseWay(plan, engineVersion) };
      }
      const observed = `${databaseId} is PostgreSQL ${engineVersion}`;
      const unknown = unjudged(plan);
      if (unknown.length === 0) return { held: observed };
      const gap = `the release table does not say what ${unknown.map(releaseLabel).join(", ")} requires`;
      return unknown.length === plan.hops.length
        ? { skipped: `${observed}, and ${gap}` }
        : { held: `${observed}; ${gap}` };
    },
  ),
  acceptable(
    "database-backups",
    "the database is backed up",
    "Turn on automatic backups. Only a restore can undo a failed migration.",
    async ({ ports, policy }) => {
      const { databaseId } = policy.backup;
      if (databaseId === undefined) return NO_DATABASE;
      const { retentionDays } = await ports.backups.policy(databaseId);
      return retentionDays > 0 ? undefined : `automatic backups of ${databaseId} are off`;
    },
  ),
  acceptable(
    "object-versions",
    "the bucket keeps previous versions of its objects",
    "Turn on versioning. A restored database refers to the objects of that time.",
    async ({ ports, policy }) => {
      const { bucket } = policy.backup;
      if (bucket === undefined) return NO_BUCKET;
      return (await ports.backups.keepsVersions(bucket)) ? undefined : `versioning of ${bucket} is off`;
    },
  ),
];

/** When the database can be upgraded on the path. */
function databaseWay({ from, hops }: CheckContext["plan"], engineVersion: string): string {
  const releases = [from, ...hops].map(({ release }) => release);
  const next = nextPostgres(releases, engineVersion);
  if (next !== undefined)
    return `Upgrade the database to PostgreSQL ${next} first. As far as the release table says, the running release and every release on the path support it.`;
  const unfit = hops.findIndex(({ release }) => postgresProblem(release, engineVersion) !== undefined);
  const [last, first] = [hops[unfit - 1], hops[unfit]];
  if (first && nextPostgres([first.release], engineVersion) === undefined)
    return "The database is newer than the release supports, and cannot be downgraded. Choose a newer release.";
  return last === undefined
    ? "Upgrade the database first. The release notes say in which order."
    : `Upgrade to ${releaseLabel(last.release)} first, then the database. Then upgrade to the target.`;
}

/** Releases on the path whose database requirements the vendor's pages do not give. */
const unjudged = ({ hops }: CheckContext["plan"]): readonly Release[] =>
  hops.map(({ release }) => release).filter((release) => releaseFacts(release)?.postgres === undefined);
