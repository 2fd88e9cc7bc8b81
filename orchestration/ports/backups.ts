/** The database's safety net. */
export interface Backups {
  /** Automatic backups: retention in days (0: off) and the newest time the database can be restored to (ms). */
  policy(
    databaseId: string,
  ): Promise<{ readonly retentionDays: number; readonly latestRestorableAt: number | undefined }>;
  /** Starts a snapshot under this id; the same id again is the same snapshot. */
  snapshot(databaseId: string, snapshotId: string): Promise<void>;
  /** `creating`, `available`, `failed`; undefined: there is none. */
  snapshotStatus(snapshotId: string): Promise<string | undefined>;
}
