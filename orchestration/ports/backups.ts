export interface DatabasePolicy {
  /** Days that automatic backups are kept; 0: they are off. */
  readonly retentionDays: number;
  /** As RDS gives it: `14.15`; undefined where it says nothing. */
  readonly engineVersion: string | undefined;
}

/** What the application keeps, and how it can be brought back: the database and the object store. */
export interface Backups {
  policy(databaseId: string): Promise<DatabasePolicy>;
  /** Starts a snapshot under this id, with these tags; the same id again is the same snapshot. */
  snapshot(databaseId: string, snapshotId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** `creating`, `available`, `failed`; undefined: there is none. */
  snapshotStatus(snapshotId: string): Promise<string | undefined>;
  /** Whether the bucket keeps former versions of its objects. Throws `AWS_REFUSED` where there is no such bucket. */
  keepsVersions(bucket: string): Promise<boolean>;
}
