import type { Observation } from "./events";
import type { Instance } from "./fleet";
import { type Release, releaseFacts, releaseLabel, shortName } from "./release";

/** A check that was made, or why it could not be: which counts as failed. */
export type Attempt<T> = { readonly made: true; readonly value: T } | { readonly made: false; readonly why: string };

/** All that was seen of one node at one moment. */
export interface NodeSight {
  readonly instance: Instance | undefined;
  readonly system: Attempt<Readonly<Record<string, string>>>;
  readonly app: Attempt<{ release: Release; state: string; desiredState: string; isTransitioning: boolean }>;
  readonly health: Attempt<{ passed: readonly string[]; failed: readonly { name: string; detail: string }[] }>;
  readonly self: Attempt<{ status: number; body: string }>;
}

/** Sees whether the attempt was made before asking about it. */
function judge<T>(
  attempt: Attempt<T>,
  condition: string,
  verdict: (value: T) => { held: boolean; observed: string },
): Observation {
  return attempt.made
    ? { condition, ...verdict(attempt.value) }
    : { condition, held: false, observed: `could not be checked: ${attempt.why}` };
}

/**
 * The conditions of the gate for one node that must run `release`. All must hold. Sources: the vendor's page (`State` and
 * `DesiredState` "started", `IsTransitioning` false, status values "ready", no FAIL in health-check); a missing target is unhealthy.
 */
export function conditions(sight: NodeSight, release: Release): readonly Observation[] {
  const { instance } = sight;
  return [
    {
      condition: "instance running and in service",
      held: instance?.state === "running" && instance.place === "inService",
      observed: instance ? `${instance.state}, ${instance.lifecycle ?? "not in the group"}` : "no such instance",
    },
    judge(sight.system, "replicated ready", (parts) => ({
      held: Object.keys(parts).length > 0 && Object.values(parts).every((word) => word === "ready"),
      observed:
        Object.entries(parts)
          .map(([part, word]) => `${part} ${word}`)
          .join(", ") || "no status",
    })),
    judge(sight.app, "application started", (app) => ({
      held: app.state === "started" && app.desiredState === "started" && !app.isTransitioning,
      observed: `${app.state}, desired ${app.desiredState}${app.isTransitioning ? ", in transition" : ""}`,
    })),
    judge(sight.app, `release ${shortName(release)}`, (app) => ({
      held: app.release === release,
      observed: `runs ${releaseLabel(app.release)}`,
    })),
    healthCheck(sight, release),
    judge(sight.self, "full health check answers 200", (self) => ({
      held: self.status === 200,
      observed: self.status === 0 ? "no answer" : `HTTP ${self.status}`,
    })),
    {
      condition: "target healthy at the load balancer",
      held: instance?.target === "healthy",
      observed: instance?.target ?? "missing",
    },
  ];
}

/** Releases known to ship a broken health-check are judged by the full check alone, and say so. */
function healthCheck(sight: NodeSight, release: Release): Observation {
  const condition = "health-check passes";
  if (releaseFacts(release)?.brokenHealthCheck) {
    return { condition, held: true, observed: `not judged: the command is missing in ${releaseLabel(release)}` };
  }
  return judge(sight.health, condition, ({ passed, failed }) => ({
    held: passed.length > 0 && failed.length === 0,
    observed:
      failed.length > 0 ? failed.map(({ name, detail }) => `${name}: ${detail}`).join("; ") : `${passed.length} passed`,
  }));
}

export const allHeld = (observations: readonly Observation[]): boolean => observations.every((o) => o.held);

/** How far a node has come that is on its way up, from what was seen of it. */
export function bootPhase(observations: readonly Observation[]): string {
  const first = observations.find((o) => !o.held)?.condition;
  if (first === undefined) return "healthy";
  const [, phase] = PHASES.find(([condition]) => first.startsWith(condition)) ?? [];
  return phase ?? "not healthy yet";
}

/** In the order of `conditions`: what a node is at while that condition is the first that does not hold. */
const PHASES: readonly (readonly [condition: string, phase: string])[] = [
  ["instance running", "the machine boots"],
  ["replicated ready", "installs"],
  ["application started", "the application starts, migrations run"],
  ["release", "runs another release"],
  ["health-check", "started, not healthy yet"],
  ["full health check", "started, not healthy yet"],
  ["target healthy", "healthy, not yet behind the load balancer"],
];
