import { postgresProblem, releaseFacts, releaseLabel } from "../../domain/release";
import { acceptable, type Check, type CheckContext } from "./check";

/** Nothing was looked at, and it says so. */
const NO_DATABASE = { held: "not looked at: the stack names no `databaseId`" };
const NO_BUCKET = { held: "not looked at: the stack names no `bucket`" };

/** What the application keeps fits the new release, and can be brought back. */
export const DATA_CHECKS: readonly Check[] = [
  acceptable(
    "database-version",
    "every release on the way runs on the database's version",
    "Upgrade the database first; the release notes say in which order.",
    async ({ ports, policy, plan }) => {
      const { databaseId } = policy.backup;
      if (databaseId === undefined) return NO_DATABASE;
      const { engineVersion } = await ports.backups.policy(databaseId);
      if (engineVersion === undefined) return `${databaseId} does not say which version it is`;
      const problems = plan.hops.flatMap(({ release }) => postgresProblem(release, engineVersion) ?? []);
      if (problems.length > 0) return `${databaseId} is PostgreSQL ${engineVersion}; ${problems.join("; ")}`;
      return { held: `${databaseId} is PostgreSQL ${engineVersion}${unjudged(plan)}` };
    },
  ),
  acceptable(
    "database-backups",
    "the database is backed up",
    "Turn automatic backups on: a failed migration is only undone by a restore.",
    async ({ ports, policy }) => {
      const { databaseId } = policy.backup;
      if (databaseId === undefined) return NO_DATABASE;
      const { retentionDays } = await ports.backups.policy(databaseId);
      return retentionDays > 0 ? undefined : `${databaseId} has automatic backups switched off`;
    },
  ),
  acceptable(
    "object-versions",
    "the bucket keeps former versions of its objects",
    "Turn versioning on: a restored database refers to objects as they were then.",
    async ({ ports, policy }) => {
      const { bucket } = policy.backup;
      if (bucket === undefined) return NO_BUCKET;
      return (await ports.backups.keepsVersions(bucket)) ? undefined : `${bucket} keeps only the newest`;
    },
  ),
];

/** Releases of the way about which the vendor's pages do not say what they run on. */
function unjudged({ hops }: CheckContext["plan"]): string {
  const unknown = hops.filter(({ release }) => releaseFacts(release)?.postgres === undefined);
  return unknown.length === 0
    ? ""
    : `; what ${unknown.map(({ release }) => releaseLabel(release)).join(", ")} wants is not in the release table`;
}
