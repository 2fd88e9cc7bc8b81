import type { PreparedRecord } from "../ahead/preparation";

/** What the journal knows of one hop. The world is asked first; this only says what was intended and proven. */
export interface HopRecord {
  /** What the release's name stood for when the run fetched it: every node of the hop is built from it. */
  readonly digest?: string;
  readonly templateVersion?: number;
  /** In a move: where a node has written the secret settings of the new ones. */
  readonly secretArn?: string;
  readonly drained: readonly string[];
  readonly snapshotId?: string;
  readonly snapshotTaken?: boolean;
  readonly pointInTime?: number;
  readonly zeroAsked?: boolean;
  /** Nodes whose application was to be stopped for good; and of those that are proven stopped, when. */
  readonly stopping?: readonly string[];
  readonly stopped?: Readonly<Record<string, number>>;
  readonly leavingAt?: number;
  readonly zeroSeen?: { readonly lastSeenAlive: number; readonly at: number };
  /** Nodes that were prepared for it, by id; `isDropped`: the run terminated it, or found that it is of no use. */
  readonly prepared?: Readonly<Record<string, PreparedRecord>>;
  readonly oneAsked?: boolean;
  readonly launched?: { readonly instanceId: string; readonly at: number };
  readonly startedAt?: number;
  readonly firstGreenAt?: number;
  readonly gated: readonly string[];
}
