import type { AheadEvent } from "./ahead/fetched";
import type { AcceptedChange } from "./changes";
import type { Expectation, OutageParts } from "./start/expectation";
import type { NodeHealth, PlanDetour, PlanJudged, RunGaveUp } from "./commandEvents";
import type { ErrorCode } from "./errors";
import type { Image } from "./image";
import type { GroupEvent } from "./adoption/events";
import type { RunIntent } from "./start/intent";
import type { SecretsWritten } from "./move/written";
import type { Observation } from "./observation";
import type { Outcome } from "./standing/outcome";
import type { Plan } from "./plan";
import type { SmokeFinished, SmokeStarted, Soak } from "./proof/events";
import type { Release } from "./release";
import type { FleetStanding } from "./standing/state";
import type { Witness } from "./witness";
import type { ZeroEvent } from "./standing/zero";

export { OUTCOMES, type Outcome } from "./standing/outcome";

/** A node as it was found or launched: what it was built from, and when (ms since the epoch). */
export interface NodeFacts {
  readonly instanceId: string;
  readonly templateVersion: number | null;
  readonly release: Release | null;
  readonly image: string;
  readonly launchedAt: number;
}

export interface CheckMade {
  readonly id: string;
  /** It is no reason to stop: it passed, its failure was accepted, or it was skipped. */
  readonly ok: boolean;
  /** It was not made; `observed` says what to do about that. */
  readonly skipped?: true;
  readonly observed: string;
}

/** One resource that an update changed; properties by name, never by value. */
export interface ChangedResource {
  readonly name: string;
  readonly type: string;
  readonly op: string;
  readonly properties: readonly string[];
}

export interface FinalNode {
  readonly instanceId: string;
  readonly release: Release | null;
  readonly healthy: boolean;
  /** It takes no work until it is restarted. */
  readonly drained?: true;
}

/**
 * What a run reports. Events marked durable are the journal: they are on disk before the act they announce and are all that a
 * later process knows of the run. The others are for whoever watches. `hop` is absent where an act on a node is no hop's.
 */
export type DurableEvent =
  | {
      readonly event: "run.started";
      readonly runId: string;
      readonly plan: Plan;
      readonly operator: string;
      readonly attempt?: number;
      /** Number of the change, in whatever system the site keeps those. */
      readonly changeNumber?: string;
    }
  | {
      readonly event: "run.resumed";
      readonly runId: string;
      readonly operator: string;
      readonly token: number;
      /** Number of this scheduled call in a row of tries; absent: a person resumes. */
      readonly attempt?: number;
      readonly changeNumber?: string;
    }
  | { readonly event: "fleet.found"; readonly nodes: readonly NodeFacts[] }
  /** Every check of preflight, in one line. */
  | { readonly event: "checks.made"; readonly checks: readonly CheckMade[] }
  | AheadEvent
  | { readonly event: "step.started"; readonly step: string; readonly hop: number; readonly title: string }
  | { readonly event: "step.skipped"; readonly step: string; readonly hop: number; readonly why: string }
  | { readonly event: "step.finished"; readonly step: string; readonly hop: number; readonly seconds: number }
  | SecretsWritten
  | GroupEvent
  | {
      readonly event: "stage.built";
      readonly hop: number;
      readonly templateVersion: number;
      readonly changes?: readonly ChangedResource[];
    }
  | { readonly event: "drain.started"; readonly hop?: number; readonly instanceId: string }
  /** Recorded when fewer jobs are left than ever before in this drain, not at every poll. */
  | { readonly event: "drain.observed"; readonly hop?: number; readonly instanceId: string; readonly left: number }
  | { readonly event: "drain.proven"; readonly hop?: number; readonly instanceId: string; readonly seconds: number }
  | { readonly event: "pause.began"; readonly hop: number }
  | { readonly event: "pause.ended"; readonly hop: number; readonly operator: string }
  | ZeroEvent
  | { readonly event: "one.launched"; readonly hop: number; readonly instanceId: string; readonly launchedAt: number }
  | { readonly event: "node.launched"; readonly hop: number; readonly node: NodeFacts }
  | { readonly event: "node.started"; readonly hop?: number; readonly instanceId: string; readonly at: number }
  | GateObserved
  | SmokeStarted
  | SmokeFinished
  | Soak
  | { readonly event: "gate.passed"; readonly hop?: number; readonly instanceId: string; readonly firstGreenAt: number }
  /** From here to `watch.ended`, or to the end of a process that died, the service was asked once a second. */
  | { readonly event: "watch.began"; readonly at: number }
  | { readonly event: "watch.ended"; readonly at: number; readonly asked: number; readonly unanswered: number }
  | { readonly event: "outage.began"; readonly at: number }
  | { readonly event: "outage.ended"; readonly at: number }
  | { readonly event: "node.rebuilt"; readonly hop: number; readonly instanceId: string }
  | { readonly event: "node.deregistered"; readonly instanceId: string }
  | { readonly event: "node.registered"; readonly instanceId: string }
  | { readonly event: "abort.asked"; readonly operator: string }
  | {
      readonly event: "override.used";
      readonly id: string;
      readonly because: string;
      /** The changes of the stack that were accepted with it, and no others. */
      readonly changes?: readonly AcceptedChange[];
    }
  | { readonly event: "evidence.saved"; readonly instanceId: string; readonly name: string; readonly where: string }
  | { readonly event: "warning"; readonly text: string }
  | RunFailed
  | RunFinished;

/** Reported at every poll of the gate; durable if another set of conditions holds than at the previous one. */
export interface GateObserved {
  readonly event: "gate.observed";
  readonly instanceId: string;
  /** The release that the node must run; absent in journals of earlier versions. */
  readonly release?: Release;
  readonly greens: number;
  readonly needed: number;
  readonly observations: readonly Observation[];
}

export interface RunFailed {
  readonly event: "run.failed";
  readonly step: string;
  readonly code: ErrorCode;
  readonly detail: string;
  /** What the fleet was left in. */
  readonly fleet: string;
  /** What to do about it; absent: the remedy of the code. */
  readonly next?: string;
}

export interface RunFinished {
  readonly event: "run.finished";
  readonly outcome: Outcome;
  /** Why nothing was started, if that is not a failure. */
  readonly because?: string;
  readonly runId: string | null;
  readonly from: Release | null;
  readonly release: Release | null;
  readonly hops: readonly Release[];
  readonly nodes: readonly FinalNode[];
  /** Seconds of the run's clock without an answer through the load balancer. */
  readonly outageSeconds: number | null;
  readonly nodeBuildSeconds: number | null;
  /** What of it was done before the outage, by preparing; absent: nothing. */
  readonly preparedSeconds?: number;
  /** outageSeconds / nodeBuildSeconds. */
  readonly outageRatio: number | null;
  readonly outageParts: OutageParts | null;
  readonly steps: readonly { readonly id: string; readonly seconds: number }[];
  /** What the fleet was left in; absent in journals of earlier versions, and where it could not be observed. */
  readonly standing?: FleetStanding;
  /** Only in the lab: what its witness saw. */
  readonly witness?: Witness;
}

/** What a watcher needs before the first step: what comes, how long it took before, and what exists. */
export interface RunOutlook {
  readonly event: "run.outlook";
  /** Finished runs of the stack that the expectations are from. */
  readonly pastRuns: number;
  /** What is expected of the whole run, the same as in its plan and its question. */
  readonly forecast: Expectation;
  /**
   * The steps laid out over the hops, in their order. `expectedSeconds`: what nine of ten past runs did not exceed; null: none is known.
   * `forecastSeconds`: the same, or what the forecast assumes.
   */
  readonly steps: readonly {
    readonly step: string;
    readonly hop: number;
    readonly scope: "start" | "hop" | "end";
    readonly expectedSeconds: number | null;
    readonly forecastSeconds: number;
  }[];
  /** What the build of one node may take, by past runs: what each outage is weighed against. */
  readonly nodeBuildSeconds: number | null;
  readonly nodes: readonly FinalNode[];
  /** Of a resumed run: outages that are over, and the start of the current one (ms since the epoch). */
  readonly outageSeconds: number;
  readonly outageSince: number | null;
  /** Of a run that is resumed: whether a node was drained, and whether the new release was asked for. */
  readonly drainBegun: boolean;
  readonly pastPointOfNoReturn: boolean;
}

export type TransientEvent =
  | RunGaveUp
  | PlanJudged
  | PlanDetour
  | {
      readonly event: "image.chosen";
      /** The id alone where EC2 does not describe the image. */
      readonly from: Pick<Image, "id"> & Partial<Image>;
      readonly to: Pick<Image, "id"> & Partial<Image>;
      readonly text: string;
    }
  | { readonly event: "plan.made"; readonly plan: Plan; readonly text: readonly string[] }
  | RunOutlook
  | RunIntent
  | (CheckMade & { readonly event: "check.made"; readonly remedy?: string })
  | {
      readonly event: "progress";
      readonly step: string;
      readonly text: string;
      readonly instanceId?: string;
      /** Of a drain: jobs left on the node, and whether the command that drains it has come back. */
      readonly drain?: { readonly left: number; readonly commandEnded: boolean };
    }
  | NodeHealth
  /** `health`: the fleet is not simply in service. */
  | { readonly event: "fleet.standing"; readonly standing: FleetStanding }
  /** The application on the node is stopped, to be started again. */
  | { readonly event: "node.restarting"; readonly instanceId: string }
  | { readonly event: "note"; readonly text: string; readonly instanceId?: string };

export type RunEvent = DurableEvent | TransientEvent;
