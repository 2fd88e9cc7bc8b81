import type { Release } from "../release";

/** How far a node has come that is built ahead of its start: all but the first start of the application. */
export type Preparation =
  | { readonly phase: "preparing" }
  /** Its build gave up, and will not go on. */
  | { readonly phase: "failed"; readonly why: string }
  /** `started`: it was told to start. What it shows of itself is the same. */
  | (PreparedFacts & { readonly phase: "prepared" | "started" });

/** What a prepared node shows of itself. */
export interface PreparedFacts {
  /** Undefined: its build does not say. */
  readonly release: Release | undefined;
  /** What the release's name stood for when the node fetched it. Undefined: the dialect has no such thing. */
  readonly digest: string | undefined;
  /** Files of its build that are gone, or empty. */
  readonly missing: readonly string[];
  /** Bytes. */
  readonly diskFree: number;
}

/** What a prepared node must be. */
export interface Wanted {
  readonly release: Release;
  readonly digest: string | undefined;
  readonly minDiskBytes: number;
}

/** Why a prepared node is not what is wanted, one reason each; none: it is. */
export function shortcomingsOf(
  { release, digest, missing, diskFree }: PreparedFacts,
  wanted: Wanted,
): readonly string[] {
  return [
    ...(release !== undefined && release !== wanted.release
      ? [`it is built for ${release} and not for ${wanted.release}`]
      : []),
    ...(wanted.digest !== undefined && digest !== wanted.digest
      ? [`it has ${digest ?? "no image"} and not ${wanted.digest}`]
      : []),
    ...(missing.length > 0 ? [`${missing.join(", ")} missing or empty`] : []),
    ...(diskFree < wanted.minDiskBytes
      ? [
          `${Math.round(diskFree / 1024 ** 3)} GiB of its disk are free, ${Math.round(wanted.minDiskBytes / 1024 ** 3)} are needed`,
        ]
      : []),
  ];
}

/** Events about nodes that a run prepares; `hop` is the one that they are for. */
export type PreparedEvent =
  | {
      readonly event: "prepared.launched";
      readonly hop: number;
      readonly instanceId: string;
      readonly launchedAt: number;
    }
  | { readonly event: "prepared.ready"; readonly hop: number; readonly instanceId: string; readonly at: number }
  /** Written before the group is asked. */
  | { readonly event: "prepared.attached"; readonly hop: number; readonly instanceId: string }
  /** Written before it is told: from here on its application may have started. */
  | { readonly event: "prepared.told"; readonly hop: number; readonly instanceId: string; readonly at: number }
  /** It is terminated by the run, or was found dead or of no use. */
  | { readonly event: "prepared.dropped"; readonly hop?: number; readonly instanceId: string; readonly why: string };

/** What a journal knows of one node that was prepared. `isDropped`: the run terminated it, or found that it is of no use. */
export interface PreparedRecord {
  readonly launchedAt?: number;
  readonly readyAt?: number;
  readonly isAttached?: true;
  readonly toldAt?: number;
  readonly isDropped?: true;
}

/** Adds an event to what is known of a hop's prepared nodes. The first word counts: it is given again where it may have been lost. */
export function applyPrepared(
  known: Readonly<Record<string, PreparedRecord>> = {},
  event: PreparedEvent,
): Readonly<Record<string, PreparedRecord>> {
  const before = known[event.instanceId] ?? {};
  return { ...known, [event.instanceId]: { ...before, ...factOf(before, event) } };
}

function factOf(before: PreparedRecord, event: PreparedEvent): PreparedRecord {
  switch (event.event) {
    case "prepared.launched":
      return { launchedAt: event.launchedAt };
    case "prepared.ready":
      return { readyAt: event.at };
    case "prepared.attached":
      return { isAttached: true };
    case "prepared.told":
      return { toldAt: before.toldAt ?? event.at };
    case "prepared.dropped":
      return { isDropped: true };
  }
}
