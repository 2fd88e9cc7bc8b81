import { RepaveError } from "./errors";
import type { BootPhase, Observation } from "./observation";
import type { Instance } from "./fleet";
import type { Release } from "./release";

/** A check that was made, or why it could not be: which counts as failed. */
export type Attempt<T> = { readonly made: true; readonly value: T } | { readonly made: false; readonly why: string };

/** Makes a check. Whatever keeps it from being made becomes its result. */
export async function attempt<T>(check: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { made: true, value: await check() };
  } catch (error) {
    return { made: false, why: error instanceof RepaveError ? error.detail : String(error) };
  }
}

/** The application on a node. `absent`: nothing is installed; `unknown`: it could not be asked, or said what is not understood. */
export type AppState = "absent" | "starting" | "started" | "stopping" | "stopped" | "failed" | "unknown";

/** What a node answered about its application at one moment, or why it did not. */
export interface NodeAnswers {
  readonly state: AppState;
  /** It is on its way from one state to another. On the way up it may be migrating the database. */
  readonly inTransition: boolean;
  /** The release that it runs; undefined: it did not say. */
  readonly release: Release | undefined;
  /** Why it will not start by itself, however long one waits; undefined: nothing says so. */
  readonly failure?: string;
  /** Its state in words, or why it is not known. */
  readonly inWords: string;
  /** The conditions that are the application's own, judged for a node that must run `release`. A check not made does not hold. */
  readonly conditions: (release: Release) => readonly Observation[];
  /** Every answer as it came, for the evidence of a halt. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Everything observed of one node at one moment. */
export interface NodeSight {
  readonly instance: Instance | undefined;
  readonly answers: NodeAnswers;
}

/** Judges a check; one that was not made does not hold. */
export function judge<T>(
  attempt: Attempt<T>,
  about: Pick<Observation, "id" | "condition" | "phase">,
  verdict: (value: T) => Pick<Observation, "held" | "observed">,
): Observation {
  return attempt.made
    ? { ...about, ...verdict(attempt.value) }
    : { ...about, held: false, observed: `could not be checked: ${attempt.why}` };
}

/** The condition that the load balancer decides. */
export const TARGET_HEALTHY = "target-healthy";

/** The conditions of the gate for one node that must run `release`. All must hold; a missing target is unhealthy. */
export function conditions({ instance, answers }: NodeSight, release: Release): readonly Observation[] {
  return [
    {
      id: "in-service",
      condition: "instance running and in service",
      phase: "boots",
      held: instance?.state === "running" && instance.place === "inService" && !instance.markedUnhealthy,
      observed: instance ? whereItStands(instance) : "no such instance",
    },
    ...answers.conditions(release),
    {
      id: TARGET_HEALTHY,
      condition: "target healthy at the load balancer",
      phase: "joins",
      held: instance?.target === "healthy",
      observed: instance?.target ?? "missing",
    },
  ];
}

/** `running, InService`, and what the group thinks of it where that is bad: it would be replaced once nothing holds the group back. */
const whereItStands = ({ state, lifecycle, markedUnhealthy }: Instance): string =>
  `${state}, ${lifecycle ?? "not in the group"}${markedUnhealthy ? ", marked unhealthy by its group" : ""}`;

export const allHeld = (observations: readonly Observation[]): boolean => observations.every((o) => o.held);

const PHASES: Readonly<Record<BootPhase, string>> = {
  boots: "the machine boots",
  installs: "installs",
  starts: "the application starts, migrations run",
  otherRelease: "runs another release",
  settles: "started, not healthy yet",
  joins: "healthy, not yet behind the load balancer",
};

/** The boot phase of a starting node, from what was observed. */
export function bootPhase(observations: readonly Observation[]): string {
  const first = observations.find((o) => !o.held);
  if (first === undefined) return "healthy";
  return first.phase === undefined ? "not healthy yet" : PHASES[first.phase];
}
