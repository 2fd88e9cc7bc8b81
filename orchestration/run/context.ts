import type { RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import type { Observation } from "../domain/observation";
import type { Hop, Plan } from "../domain/plan";
import type { Alarms } from "../ports/account/alarms";
import type { Backups } from "../ports/account/backups";
import type { BootProbe } from "../ports/account/bootProbe";
import type { Clock } from "../ports/clock";
import type { FleetPort } from "../ports/fleet";
import type { FormerPort } from "../ports/account/former";
import type { Images } from "../ports/account/images";
import type { Moving } from "../ports/moving";
import type { Pause } from "../ports/prompt";
import type { Probe } from "../ports/probe";
import type { ReportPage } from "../ports/reportPage";
import type { Reporter } from "../ports/reporter";
import type { RunStore } from "../ports/runStore";
import type { SmokeRuns } from "../ports/smokeRuns";
import type { Stack } from "../ports/stack";
import type { LaunchMarket } from "../ports/account/launchMarket";
import type { Entrypoint } from "../ports/entrypoint";
import type { PreparedNodes } from "../ports/account/preparedNodes";
import type { Tfe } from "../ports/tfe";
import type { Policy } from "./policy";
import type { Run } from "./run";

export interface Ports {
  readonly clock: Clock;
  readonly stack: Stack;
  readonly fleet: FleetPort;
  /** Undefined: the stack names no former group. */
  readonly former?: FormerPort;
  readonly launchMarket: LaunchMarket;
  readonly entrypoint: Entrypoint;
  readonly bootProbe: BootProbe;
  readonly preparedNodes: PreparedNodes;
  readonly tfe: Tfe;
  readonly moving: Moving;
  readonly backups: Backups;
  /** Undefined: the stack names no workspace for smoke runs. */
  readonly smokeRuns?: SmokeRuns;
  /** Undefined: nothing is known of alarms. */
  readonly alarms?: Alarms;
  readonly images: Images;
  readonly store: RunStore;
  /** Journals of what acts on the nodes outside of runs. The lease is the runs' own. */
  readonly operations: RunStore;
  readonly probe: Probe;
  readonly reporter: Reporter;
  /** Undefined: the report is Markdown only. */
  readonly page?: ReportPage;
  /** Who runs this: `user@host`. */
  readonly startedBy: string;
}

/** A risk that the operator accepted, with the reason shown in the report. */
export interface Override {
  readonly id: string;
  readonly because: string;
}

/** The rules of an unattended run. */
export interface Unattended {
  /** Number of consecutive scheduled calls. */
  readonly attempt: number;
  /** Returns how the call ends if no new run may start now. Undefined: a run may start. */
  mayBegin(plan: Plan): Promise<RunFinished | undefined>;
  policyFor(plan: Plan): Promise<Policy>;
  /** Returns how the call ends if another run holds the lease. */
  whenHeld(error: RepaveError, plan: Plan): RunFinished;
}

/** What an act on one node is given, in a run's step or outside of any. */
export interface NodeContext {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly run: Run;
  readonly signal: AbortSignal;
  /** Index of the hop that the act is recorded for; `none`: it is no hop's, as in an abort or a restart. */
  readonly hopIndex: number | "none";
  /** Conditions of the gate besides the node's own; they are read at every look. Absent: there are none. */
  readonly beside?: () => Promise<readonly Observation[]>;
}

/** The hop of an entry in the journal: absent where the act is no hop's. */
export const inHop = ({ hopIndex }: Pick<NodeContext, "hopIndex">): { readonly hop?: number } =>
  hopIndex === "none" ? {} : { hop: hopIndex };

/** What a step receives. */
export interface StepContext extends NodeContext {
  readonly overrides: readonly Override[];
  /** The operator asked to replace unhealthy nodes of the new build. */
  readonly rebuildNode: boolean;
  readonly plan: Plan;
  /** Index of the hop and the hop itself. Steps outside the hops see the last one. */
  readonly hopIndex: number;
  readonly hop: Hop;
  /** Number of the change that the operator gave; undefined: none, or as in the journal. */
  readonly changeNumber?: string;
  /** Undefined: an operator is present. */
  readonly unattended?: Unattended;
  /** Undefined: the run does not stop before its outage. */
  readonly pause?: Pause;
}
