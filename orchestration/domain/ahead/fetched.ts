import type { PreparedEvent } from "./preparation";

/** What new nodes of the hop will download was fetched onto a running node; they are built from this digest. */
interface ReleaseFetched {
  readonly event: "release.fetched";
  readonly hop: number;
  readonly instanceId: string;
  readonly digest: string;
  readonly seconds: number;
}

/** The database's snapshot, and the moment that it can be restored to. */
type BackupEvent =
  | { readonly event: "backup.started"; readonly hop: number; readonly snapshotId: string }
  | { readonly event: "backup.taken"; readonly hop: number; readonly snapshotId: string }
  | { readonly event: "backup.mark"; readonly hop: number; readonly pointInTime: number };

/** What is done before the outage, for it and for the nodes that follow. */
export type AheadEvent = ReleaseFetched | PreparedEvent | BackupEvent;
