import { DECLINED, END_ENV, type RolloutInput, STATES, type WaveInput } from "../../../infra/rollout/contract";
import type { RolloutEntry, RolloutFinished, RolloutJournalEntry, StackEnd } from "../../domain/rollout/events";
import type { RolloutPlan } from "../../domain/rollout/model";
import { foldRollout, isThere, resultsOf, type RolloutState } from "../../domain/rollout/state";
import { RepaveError } from "../../domain/errors";
import type { EngineEvent } from "../../ports/account/rolloutEngine";
import { isRecord } from "../../domain/text/text";
import type { Ending } from "../options";
import { notHeld } from "../soak";
import { whyFailed, windowClosed } from "../wave";
import { readEnd } from "./build";
import { planOf } from "./input";

/** An execution, in the words of a rollout from a laptop. */
export interface Told {
  readonly plan: RolloutPlan;
  /** As a laptop's journal would have them. */
  readonly entries: readonly RolloutJournalEntry[];
  /** The wave that somebody must approve now, and with which token. */
  readonly asked: { readonly wave: number; readonly token: string } | undefined;
}

/** What the events of states carry, as far as it is read. */
interface Data extends Partial<WaveInput> {
  readonly stack?: string;
  readonly approved?: { readonly by?: string };
  readonly result?: { readonly end?: unknown };
  readonly error?: { readonly Error?: string; readonly Cause?: string | null };
}

/** Reads the history of an execution. Throws `ROLLOUT_UNREADABLE` where it is not one of a rollout. */
export function tellHistory(events: readonly EngineEvent[]): Told {
  const [first, ...rest] = events;
  if (first?.kind !== "started" || !isRecord(first.data) || first.data["schema"] !== 1)
    throw new RepaveError("ROLLOUT_UNREADABLE", "the execution was not started by `rollout start` of this version");
  const input = first.data as unknown as RolloutInput;
  const plan = planOf(input);
  const waves = new Map(plan.waves.flatMap(({ number, stacks }) => stacks.map((stack) => [stack, number] as const)));
  const entries: RolloutJournalEntry[] = [{ event: "rollout.started", plan, operator: input.startedBy, at: first.at }];
  let asked: { wave: number; token: string } | undefined;
  let approving = 0;
  for (const event of rest) {
    if (event.kind === "entered") {
      const data = (isRecord(event.data) ? event.data : {}) as Data;
      if (event.state === STATES.approval) approving = data.number ?? 0;
      else if (event.state === STATES.wave) asked = undefined;
      for (const entry of entriesOf(event.state, data, waves)) entries.push({ ...entry, at: event.at });
    } else if (event.kind === "asked") asked = { wave: approving, token: event.token };
    else if (event.kind !== "started") {
      const state = foldRollout(entries);
      if (state) entries.push({ ...finished(event, state, entries, asked?.wave), at: event.at });
      asked = undefined;
    }
  }
  return { plan, entries, asked };
}

/** What entering a state means. */
function entriesOf(state: string, data: Data, waves: ReadonlyMap<string, number>): readonly RolloutEntry[] {
  const { stack = "", number = 0, approved, result, error } = data;
  const wave = waves.get(stack) ?? 0;
  switch (state) {
    case STATES.wave: {
      const by = approved?.by;
      const stacks = (data.stacks ?? []).map((each) => each.stack);
      const approvals: readonly RolloutEntry[] =
        by === undefined ? [] : [{ event: "rollout.wave.approved", wave: number, by }];
      return [...approvals, { event: "rollout.wave.started", wave: number, stacks }];
    }
    case STATES.repave:
      return [{ event: "rollout.stack.started", wave, stack }];
    case STATES.window:
      return [{ event: "rollout.stack.waiting", wave, stack, why: windowClosed(readEnd(result?.end)?.detail ?? "") }];
    case STATES.there:
    case STATES.failed: {
      const end = state === STATES.there ? (readEnd(result?.end) ?? NO_END) : failedEnd(error);
      return [{ event: "rollout.stack.finished", wave, stack, ...end }];
    }
    case STATES.soak:
      return [
        {
          event: "rollout.soak.started",
          wave: number,
          seconds: (data.looks ?? []).reduce((sum, each) => sum + each, 0),
        },
      ];
    case STATES.broken:
    case STATES.blind: {
      const said = (result?.end as { readonly detail?: string } | undefined)?.detail;
      const detail =
        state === STATES.broken
          ? (said ?? "")
          : `it cannot be observed: ${error === undefined ? "its build ended without a result" : failureText(error)}`;
      return [{ event: "rollout.soak.failed", wave, stack, detail }];
    }
    case STATES.done:
      return [{ event: "rollout.soak.passed", wave: number }];
    default:
      return [];
  }
}

const NO_END: StackEnd = {
  outcome: "unknown",
  runId: null,
  release: null,
  outageSeconds: null,
  detail: "its build ended without a result",
};

/** How the run of a failed build ended: the service gives the build in its error, and the build what its run said. */
function failedEnd(error: Data["error"]): StackEnd {
  const build = parsed(error?.Cause);
  const exported = exportedBy(build);
  const end = readEnd(parsed(exported));
  if (end && !isThere({ end })) return end;
  return error === undefined ? NO_END : { ...NO_END, detail: failureText(error) };
}

/** The variable that a build has exported; the service gives a build by itself, or within an object. */
function exportedBy(build: unknown): string | undefined {
  if (!isRecord(build)) return undefined;
  const variables = build["ExportedEnvironmentVariables"];
  if (!Array.isArray(variables)) return exportedBy(build["Build"]);
  const found = (variables as readonly unknown[]).find((each) => isRecord(each) && each["Name"] === END_ENV);
  const value = isRecord(found) ? found["Value"] : undefined;
  return typeof value === "string" ? value : undefined;
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/** What the service says of a build that says nothing itself. */
function failureText({ Error: name = "", Cause: cause = "" }: NonNullable<Data["error"]> = {}): string {
  const build = parsed(cause);
  const given = isRecord(build) && isRecord(build["Build"]) ? build["Build"] : build;
  const status = isRecord(given)
    ? `its build ${text(given["Id"])} ended as ${text(given["BuildStatus"])}`
    : (cause ?? "").slice(0, 300);
  return [name, status].filter((part) => part !== "").join(": ");
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The last line: how the rollout ended. */
function finished(
  event: Extract<EngineEvent, { kind: "succeeded" | "failed" | "aborted" }>,
  state: RolloutState,
  entries: readonly RolloutEntry[],
  asked: number | undefined,
): RolloutFinished {
  const { outcome, ...why } = endingOf(event, state, entries, asked);
  return { event: "rollout.finished", outcome, stacks: resultsOf(state), ...why };
}

function endingOf(
  event: Extract<EngineEvent, { kind: "succeeded" | "failed" | "aborted" }>,
  { waves }: RolloutState,
  entries: readonly RolloutEntry[],
  asked: number | undefined,
): Ending {
  const failed = waves.flatMap(({ stacks }) =>
    stacks.flatMap(({ stack, end }) => (end && !isThere({ end }) ? [{ stack, end }] : [])),
  );
  // Whatever the service says: a stack that did not say so is not there.
  if (event.kind === "succeeded")
    return failed.length === 0 ? { outcome: "done" } : { outcome: "failed", because: whyFailed(failed) };
  const { error = "", cause = "" } = event;
  if (event.kind === "aborted") return { outcome: "stopped", by: "aborted", because: cause };
  const wave = waves.find((each) => each.wave.number === asked);
  if (wave && [DECLINED, "States.Timeout"].includes(error)) {
    const name = `wave ${wave.wave.number} (${wave.wave.name})`;
    const because = error === DECLINED ? `${name} was not approved` : `nobody approved ${name} in time`;
    return { outcome: "stopped", by: "declined", because };
  }
  if (failed.length > 0) return { outcome: "failed", because: whyFailed(failed) };
  const broken = entries.find((entry) => entry.event === "rollout.soak.failed");
  return { outcome: "failed", because: broken ? notHeld(broken) : [error, cause].join(": ") };
}
