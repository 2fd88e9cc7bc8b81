/** Events of a command, rather than of a run. */
import type { Observation } from "./observation";
import type { Release } from "./release";

/** Scheduled calls have failed often enough: a person has to act. Reported once per call. */
export interface RunGaveUp {
  readonly event: "run.gaveUp";
  /** The unfinished run; null: there is none, each was reverted. */
  readonly runId: string | null;
  readonly tries: number;
  readonly detail: string;
}

/** `plan`: its last line. */
export interface PlanJudged {
  readonly event: "plan.judged";
  readonly passed: number;
  /** Ids of checks. */
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
  readonly expectedSeconds: number;
  /** As they are to be expected. */
  readonly likelyOutageSeconds: number;
  /** At most. */
  readonly outageSeconds: number;
  /** What starts it. */
  readonly command: string;
  /** Where the plan was written. */
  readonly file?: string;
  readonly text: string;
}

/** The number of the change that an event brings; nothing where it brings none. */
export const numberIn = ({ changeNumber }: { readonly changeNumber?: string }): { readonly changeNumber?: string } =>
  changeNumber === undefined ? {} : { changeNumber };

/** One part of a detour: what starts it, and what it is expected to take. */
export interface DetourPart {
  readonly command: string;
  /** Releases that are built, the last one its target. */
  readonly hops: readonly Release[];
  readonly expectedSeconds: number;
  /** As they are to be expected. */
  readonly likelyOutageSeconds: number;
  /** At most. */
  readonly outageSeconds: number;
}

/** `plan`, where the release is one of the other packaging: how to get there. */
export interface PlanDetour {
  readonly event: "plan.detour";
  readonly from: Release;
  readonly release: Release;
  readonly parts: readonly DetourPart[];
  readonly text: readonly string[];
}

/** `health`: one node. */
export interface NodeHealth {
  readonly event: "node.health";
  readonly instanceId: string;
  readonly healthy: boolean;
  /** It takes no work, healthy or not. */
  readonly drained: boolean;
  readonly greens: number;
  readonly needed: number;
  readonly observations: readonly Observation[];
}
