export interface DatabasePolicy {
  /** Retention of automatic backups in days. 0: automatic backups are off. */
  readonly retentionDays: number;
  /** The engine version as RDS reports it, such as `14.15`. Undefined: RDS reports none. */
  readonly engineVersion: string | undefined;
}

/** Backups of what the application stores: the database and the object store. */
export interface Backups {
  policy(databaseId: string): Promise<DatabasePolicy>;
  /** Starts a snapshot with this id and these tags. Repeating it with the same id returns the same snapshot. */
  snapshot(databaseId: string, snapshotId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Returns `creating`, `available` or `failed`. Undefined: the snapshot does not exist. */
  snapshotStatus(snapshotId: string): Promise<string | undefined>;
  /** Returns whether the bucket keeps previous versions of its objects. Throws `AWS_REFUSED` if the bucket does not exist. */
  keepsVersions(bucket: string): Promise<boolean>;
}
