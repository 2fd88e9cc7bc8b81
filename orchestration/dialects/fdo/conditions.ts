/** What one node answered, judged in the repave's terms. Pure. */
import { type AppState, type Attempt, judge, type NodeAnswers } from "../../domain/health";
import type { Observation } from "../../domain/observation";
import { type Release, releaseLabel, shortName } from "../../domain/release";
import type { Diagnosis, Readiness } from "./answers";
import type { Capabilities } from "./capabilities";
import type { Inspected } from "./containers";
import { type FailedCheck, inWords, isFinal } from "./startupChecks";

/** A node without a container of the application: what its machine says, and why its first boot gave up, if it did. */
export interface Without {
  readonly unit: AppState;
  readonly bootFailure: string | undefined;
}

export interface Answers {
  readonly container: Attempt<Inspected | Without>;
  /** Restarts of the same container when it was asked before. */
  readonly restartsBefore: number | undefined;
  readonly release: Attempt<Release>;
  readonly readiness: Attempt<Readiness>;
  readonly probe: Capabilities["probe"];
  /** Of the releases that have no diagnostics, whether `tfectl app status` says that all is well. */
  readonly diagnosis: Attempt<Diagnosis | boolean>;
  readonly startup: Attempt<readonly FailedCheck[]>;
}

export const isContainer = (found: Inspected | Without): found is Inspected => "id" in found;

/** The state of the application. One that answers a part of its questions is started; one that answers none may be migrating. */
export function stateOf(found: Inspected | Without, readiness: Attempt<Readiness>): AppState {
  if (!isContainer(found)) return found.unit;
  switch (found.state) {
    case "running":
      return readiness.made && readiness.value.isUp ? "started" : "starting";
    case "created":
    case "configured":
    case "initialized":
    case "restarting":
      return "starting";
    case "stopping":
    case "removing":
      return "stopping";
    case "exited":
    case "stopped":
      return found.exitCode === 0 ? "stopped" : "failed";
    case "dead":
      return "failed";
    default:
      return "unknown";
  }
}

export function nodeAnswers(answers: Answers): NodeAnswers {
  const { container, release, readiness } = answers;
  const state = container.made ? stateOf(container.value, readiness) : "unknown";
  const failure = failureOf(answers);
  return {
    state,
    inTransition: state === "starting" || state === "stopping",
    release: release.made ? release.value : undefined,
    ...(failure === undefined ? {} : { failure }),
    inWords: container.made ? inStateWords(container.value, state) : container.why,
    conditions: (wanted) => conditions(answers, wanted),
    raw: { ...answers },
  };
}

const inStateWords = (found: Inspected | Without, state: AppState): string =>
  isContainer(found) ? `its application is ${state} (container ${found.state})` : `its application is ${state}`;

function failureOf({ container, startup }: Answers): string | undefined {
  if (container.made && !isContainer(container.value)) {
    const { bootFailure } = container.value;
    return bootFailure === undefined ? undefined : `the first boot gave up: ${bootFailure}`;
  }
  const final = startup.made ? startup.value.filter(isFinal) : [];
  return final.length === 0 ? undefined : `startup checks failed: ${final.map(inWords).join("; ")}`;
}

function conditions(answers: Answers, release: Release): readonly Observation[] {
  const { container, readiness } = answers;
  return [
    judge(container, { id: "container-running", condition: "container runs", phase: "installs" }, (found) => ({
      held: isContainer(found) && found.state === "running",
      observed: isContainer(found) ? containerInWords(found) : (found.bootFailure ?? "no container"),
    })),
    judge(container, { id: "no-restart", condition: "container does not restart", phase: "starts" }, (found) =>
      restarts(found, answers.restartsBefore),
    ),
    judge(readiness, { id: "ready", condition: `${answers.probe.kind} answers OK`, phase: "starts" }, (answer) => ({
      held: isReady(answers.probe, answer),
      observed: readinessInWords(answer, answers.startup),
    })),
    judge(
      answers.release,
      { id: "release", condition: `release ${shortName(release)}`, phase: "otherRelease" },
      (is) => ({
        held: is === release,
        observed: `runs ${releaseLabel(is)}`,
      }),
    ),
    judge(answers.diagnosis, { id: "diagnostics", condition: "diagnostics pass", phase: "settles" }, (found) =>
      typeof found === "boolean"
        ? { held: found, observed: found ? "`tfectl app status` is well" : "`tfectl app status` is not well" }
        : {
            held: found.failed.length === 0,
            observed: found.failed.length === 0 ? `${found.checks} passed` : `failed: ${found.failed.join(", ")}`,
          },
    ),
  ];
}

const containerInWords = ({ state, exitCode }: Inspected): string =>
  state === "running" ? state : `${state}, exit status ${exitCode}`;

function restarts(found: Inspected | Without, before: number | undefined): Pick<Observation, "held" | "observed"> {
  if (!isContainer(found)) return { held: false, observed: "no container" };
  const more = found.restarts - (before ?? found.restarts);
  const observed = `${found.restarts} restarts${more > 0 ? `, ${more} since it was last checked` : ""}`;
  return { held: more <= 0, observed };
}

/** The old health check says it by its status; the new one by a word as well. */
const isReady = ({ kind }: Capabilities["probe"], { status, word }: Readiness): boolean =>
  status === 200 && (kind === "health check" || word === "OK");

function readinessInWords({ status, word, failing }: Readiness, startup: Attempt<readonly FailedCheck[]>): string {
  const failed = startup.made ? startup.value.map(inWords) : [];
  const said = word === undefined ? "" : ` ${word}`;
  const why = failing.length > 0 ? ` (${failing.join(", ")})` : (STATUS_WORDS[status] ?? "");
  const answer = status === 0 ? "no answer" : `HTTP ${status}${said}${why}`;
  return failed.length === 0 ? answer : `${answer}; startup checks failed: ${failed.join("; ")}`;
}

/** What these mean here. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  301: " (it answers only with its own host name)",
  410: " (this release no longer has this path)",
};
