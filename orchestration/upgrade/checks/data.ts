import { acceptable, type Check } from "./check";

/** What the application keeps can be brought back. */
export const DATA_CHECKS: readonly Check[] = [
  acceptable(
    "database-backups",
    "the database is backed up",
    "Turn automatic backups on: a failed migration is only undone by a restore.",
    async ({ ports, policy }) => {
      const { databaseId } = policy.backup;
      if (databaseId === undefined) return undefined;
      const { retentionDays } = await ports.backups.policy(databaseId);
      return retentionDays > 0 ? undefined : `${databaseId} has automatic backups switched off`;
    },
  ),
];
