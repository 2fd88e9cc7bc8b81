/** What new nodes of the hop will download was fetched onto a running node; they are built from this digest. */
export interface ReleaseFetched {
  readonly event: "release.fetched";
  readonly hop: number;
  readonly instanceId: string;
  readonly digest: string;
  readonly seconds: number;
}
