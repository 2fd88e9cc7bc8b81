import type { Observation } from "../../domain/observation";
import { type AppState, type Attempt, judge, type NodeAnswers } from "../../domain/health";
import { type Release, releaseFacts, releaseLabel, releaseNumber } from "../../domain/release";

/** `replicatedctl app status`, the one entry of its array. */
export interface AppStatus {
  readonly release: Release;
  readonly state: string;
  readonly desiredState: string;
  readonly isTransitioning: boolean;
}

/** `health-check`: checks by name. */
export interface HealthReport {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly detail: string }[];
}

export interface SelfCheck {
  /** HTTP status of the full health check, asked on the node itself; 0 when nothing answered. */
  readonly status: number;
  readonly body: string;
}

/** What the commands of one node answered. */
export interface Answers {
  readonly system: Attempt<Readonly<Record<string, string>>>;
  readonly app: Attempt<AppStatus>;
  readonly health: Attempt<HealthReport>;
  readonly self: Attempt<SelfCheck>;
}

const STATES: readonly string[] = ["starting", "started", "stopping", "stopped", "failed"] satisfies AppState[];

const isState = (word: string): word is AppState => STATES.includes(word);

/** The state of the application, by the word in `app status`. */
export const stateOf = ({ state }: AppStatus): AppState => (isState(state) ? state : "unknown");

/** What one node answered, in the repave's terms. */
export function nodeAnswers(answers: Answers): NodeAnswers {
  const { app } = answers;
  return {
    state: app.made ? stateOf(app.value) : "unknown",
    inTransition: app.made && app.value.isTransitioning,
    release: app.made ? app.value.release : undefined,
    inWords: app.made ? `its application is ${app.value.state}` : app.why,
    conditions: (release) => conditions(answers, release),
    raw: { ...answers },
  };
}

/** Sources: the vendor's page (`State` and `DesiredState` "started", `IsTransitioning` false, status "ready", no FAIL in health-check). */
function conditions(answers: Answers, release: Release): readonly Observation[] {
  const { system, app, self } = answers;
  return [
    judge(system, { id: "system-ready", condition: "replicated ready", phase: "installs" }, (parts) => ({
      held: Object.keys(parts).length > 0 && Object.values(parts).every((word) => word === "ready"),
      observed:
        Object.entries(parts)
          .map(([part, word]) => `${part} ${word}`)
          .join(", ") || "no status",
    })),
    judge(app, { id: "app-started", condition: "application started", phase: "starts" }, (status) => ({
      held: status.state === "started" && status.desiredState === "started" && !status.isTransitioning,
      observed: `${status.state}, desired ${status.desiredState}${status.isTransitioning ? ", in transition" : ""}`,
    })),
    judge(
      app,
      { id: "release", condition: `release ${releaseNumber(release) ?? release}`, phase: "otherRelease" },
      (status) => ({
        held: status.release === release,
        observed: `runs ${releaseLabel(status.release)}`,
      }),
    ),
    healthCheck(answers, release),
    judge(self, { id: "full-health-check", condition: "full health check answers 200", phase: "settles" }, (check) => ({
      held: check.status === 200,
      observed: check.status === 0 ? "no answer" : `HTTP ${check.status}`,
    })),
  ];
}

/** Releases known to ship a broken health-check are judged by the full check alone, and say so. */
function healthCheck({ health }: Answers, release: Release): Observation {
  const about = { id: "health-check", condition: "health-check passes", phase: "settles" } as const;
  if (releaseFacts(release)?.brokenHealthCheck) {
    return { ...about, held: true, skipped: true, observed: `the command is missing in ${releaseLabel(release)}` };
  }
  return judge(health, about, ({ passed, failed }) => ({
    held: passed.length > 0 && failed.length === 0,
    observed:
      failed.length > 0 ? failed.map(({ name, detail }) => `${name}: ${detail}`).join("; ") : `${passed.length} passed`,
  }));
}
