import type { RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import type { Hop, Plan } from "../domain/plan";
import type { Backups } from "../ports/backups";
import type { BootProbe } from "../ports/bootProbe";
import type { Clock } from "../ports/clock";
import type { FleetPort } from "../ports/fleet";
import type { Images } from "../ports/images";
import type { Probe } from "../ports/probe";
import type { ReportPage } from "../ports/reportPage";
import type { Reporter } from "../ports/reporter";
import type { RunStore } from "../ports/runStore";
import type { Stack } from "../ports/stack";
import type { LaunchMarket } from "../ports/launchMarket";
import type { Entrypoint } from "../ports/entrypoint";
import type { Tfe } from "../ports/tfe";
import type { Policy } from "./policy";
import type { Run } from "./run";

export interface Ports {
  readonly clock: Clock;
  readonly stack: Stack;
  readonly fleet: FleetPort;
  readonly launchMarket: LaunchMarket;
  readonly entrypoint: Entrypoint;
  readonly bootProbe: BootProbe;
  readonly tfe: Tfe;
  readonly backups: Backups;
  readonly images: Images;
  readonly store: RunStore;
  readonly probe: Probe;
  readonly reporter: Reporter;
  /** Where there is none the report is Markdown alone. */
  readonly page?: ReportPage;
  /** Who runs this: `user@host`. */
  readonly startedBy: string;
}

/** A risk that the operator takes by name, with the reason that the report shows. */
export interface Override {
  readonly id: string;
  readonly because: string;
}

/** What holds for a run that nobody watches. */
export interface Unattended {
  /** Which call of the schedule in a row this is that tries. */
  readonly attempt: number;
  /** The end, in place of a new run that should not begin now; undefined: it may. */
  mayBegin(plan: Plan): Promise<RunFinished | undefined>;
  policyFor(plan: Plan): Promise<Policy>;
  /** The end of a run that found the lease in other hands. */
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
}

/** The hop of an entry in the journal: absent where the act is no hop's. */
export const inHop = ({ hopIndex }: Pick<NodeContext, "hopIndex">): { readonly hop?: number } =>
  hopIndex === "none" ? {} : { hop: hopIndex };

/** What a step is given. */
export interface StepContext extends NodeContext {
  readonly overrides: readonly Override[];
  /** The operator asked for unhealthy nodes of the new build to be replaced. */
  readonly rebuildNode: boolean;
  readonly plan: Plan;
  /** Index of the hop and the hop itself. Steps outside the hops see the last one. */
  readonly hopIndex: number;
  readonly hop: Hop;
  /** Undefined: a person is there. */
  readonly unattended?: Unattended;
}
