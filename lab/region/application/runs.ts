import { inEffect, strike } from "../faultEffects";
import type { ConfigurationVersion, Job, RegionState, RunPhase, TerraformRun, TerraformRunStatus } from "../model";
import { integer } from "../random";
import { applicationOf, newId, word } from "./state";

/** States in which a run is over. */
const FINAL: readonly TerraformRunStatus[] = ["planned_and_finished", "applied", "discarded", "errored", "canceled"];

export const isFinal = ({ status }: TerraformRun): boolean => FINAL.includes(status);

export const actionsOf = ({ status }: TerraformRun) => ({
  "is-cancelable": ["pending", "plan_queued", "planning", "apply_queued", "applying"].includes(status),
  "is-confirmable": status === "planned",
  "is-discardable": status === "planned" || status === "pending",
  "is-force-cancelable": false,
});

/** Log of a phase as the store of objects keeps it: between a start and an end of text. */
const LOG = { start: "\u0002", end: "\u0003" } as const;
const HEAD = "Terraform v1.9.8\non linux_amd64\nInitializing plugins and modules...\n";
const PLANNED =
  '\nChanges to Outputs:\n  + tfe_repave = "smoke"\n\nYou can apply this plan to save these new output values.\n';
const APPLIED = "\nApply complete! Resources: 0 added, 0 changed, 0 destroyed.\n";

/** Queues a run; it waits while another one has its workspace. */
export function createRun(
  state: RegionState,
  input: { readonly version: ConfigurationVersion; readonly message: string; readonly planOnly: boolean },
): TerraformRun {
  const { version, message, planOnly } = input;
  const run: TerraformRun = {
    id: newId(state, "run"),
    workspaceId: version.workspaceId,
    configurationVersionId: version.id,
    message,
    planOnly,
    createdAt: state.now,
    status: "pending",
    times: [{ status: "pending", at: state.now }],
    plan: phase(state, "plan"),
    apply: phase(state, "apply"),
  };
  applicationOf(state).runs.push(run);
  startWaiting(state, run.workspaceId);
  return run;
}

const phase = (state: RegionState, kind: "plan" | "apply"): RunPhase => ({
  id: newId(state, kind),
  key: word(state, 64),
  status: "pending",
  log: "",
});

/** A worker has taken a phase of a run. */
export function phaseTaken(state: RegionState, { of }: Job): void {
  const run = of && find(state, of.run);
  if (!run) return;
  const taken = run[of.phase];
  taken.status = "running";
  taken.log = `${LOG.start}${HEAD}`;
  become(state, run, of.phase === "plan" ? "planning" : "applying");
}

/** A worker has come to the end of a phase. */
export function phaseFinished(state: RegionState, { of }: Job): void {
  const run = of && find(state, of.run);
  if (!run) return;
  const ended = run[of.phase];
  const [failure] = inEffect(state, "runs-fail");
  if (failure) {
    strike(state, failure.fault, `${run.id} failed`);
    fail(state, run, ended, failure.effect.words);
  } else if (of.phase === "plan") {
    ended.status = "finished";
    ended.log += `${PLANNED}${LOG.end}`;
    if (run.planOnly) run.apply.status = "unreachable";
    become(state, run, run.planOnly ? "planned_and_finished" : "planned");
  } else {
    ended.status = "finished";
    ended.log += `${APPLIED}${LOG.end}`;
    become(state, run, "applied");
  }
  startWaiting(state, run.workspaceId);
}

/** Somebody confirms the plan. False: it does not wait for that. */
export function confirm(state: RegionState, run: TerraformRun): boolean {
  if (!actionsOf(run)["is-confirmable"]) return false;
  queue(state, run, "apply");
  become(state, run, "apply_queued");
  return true;
}

/** Somebody does not want it. False: it has begun, or is over. */
export function discard(state: RegionState, run: TerraformRun): boolean {
  return actionsOf(run)["is-discardable"] && end(state, run, "discarded");
}

/** Somebody stops it. False: there is nothing to stop. */
export function cancel(state: RegionState, run: TerraformRun): boolean {
  return actionsOf(run)["is-cancelable"] && end(state, run, "canceled");
}

/** Runs whose worker is gone, with its node, come to an end as well. To be called before anybody looks. */
export function settleRuns(state: RegionState): void {
  for (const run of applicationOf(state).runs) {
    const at = run.status === "planning" ? "plan" : run.status === "applying" ? "apply" : undefined;
    if (at === undefined || state.jobs.some(({ of }) => of?.run === run.id)) continue;
    fail(state, run, run[at], "Error: the worker of this run stopped answering");
    startWaiting(state, run.workspaceId);
  }
}

function end(state: RegionState, run: TerraformRun, status: "discarded" | "canceled"): true {
  state.jobs = state.jobs.filter(({ of }) => of?.run !== run.id);
  for (const each of [run.plan, run.apply]) if (each.status !== "finished") each.status = "canceled";
  become(state, run, status);
  startWaiting(state, run.workspaceId);
  return true;
}

function fail(state: RegionState, run: TerraformRun, at: RunPhase, words: string): void {
  at.status = "errored";
  at.log += `\n\u001b[31m${words}\u001b[0m\n${LOG.end}`;
  if (run.apply.status === "pending") run.apply.status = "unreachable";
  become(state, run, "errored");
}

/** Runs that can be applied have their workspace one after the other; the others wait for nobody. */
function startWaiting(state: RegionState, workspaceId: string): void {
  const runs = applicationOf(state).runs.filter((run) => run.workspaceId === workspaceId);
  const isTaken = (): boolean => runs.some((run) => !run.planOnly && run.status !== "pending" && !isFinal(run));
  for (const run of runs) {
    if (run.status !== "pending" || (!run.planOnly && isTaken())) continue;
    queue(state, run, "plan");
    become(state, run, "plan_queued");
  }
}

/** It goes through the same queue, and to the same workers, as everybody's runs. */
function queue(state: RegionState, run: TerraformRun, kind: "plan" | "apply"): void {
  const [shortest] = state.timings.jobDuration;
  run[kind].status = "queued";
  state.jobs.push({
    id: kind === "plan" ? run.id : `${run.id}-apply`,
    queuedAt: state.now,
    durationMs: integer(state, Math.ceil(shortest / 4), Math.ceil(shortest / 2)),
    instanceId: undefined,
    startedAt: undefined,
    endsAt: undefined,
    of: { run: run.id, phase: kind },
  });
}

const find = (state: RegionState, id: string): TerraformRun | undefined =>
  applicationOf(state).runs.find((run) => run.id === id);

function become(state: RegionState, run: TerraformRun, status: TerraformRunStatus): void {
  run.status = status;
  run.times.push({ status, at: state.now });
}
