import { context, SpanStatusCode, trace, type Attributes, type Span, type Tracer } from "@opentelemetry/api";
import type { Outcome, RunEvent, RunFinished, RunOutlook } from "../../domain/events";
import type { Plan } from "../../domain/plan";
import { target } from "../../domain/plan";
import { shortName } from "../../domain/release";
import { writtenRelease } from "../reporters/schema/values";
import type { Reporter } from "../../ports/reporter";

type Scope = RunOutlook["steps"][number]["scope"];

/** Ended as intended. */
const WANTED: readonly Outcome[] = ["done", "nothing-to-do", "declined", "aborted"];

/**
 * Spans of a run: the run, in it each hop, in those the steps; outages, warnings and the failure are events of the run's span.
 * Times are those of the run's clock, in milliseconds since the epoch.
 */
export function spanReporter(tracer: Tracer, now: () => number): Reporter {
  const scopes = new Map<string, Scope>();
  let plan: Plan | undefined;
  let run: Span | undefined;
  let hop: { readonly index: number; readonly span: Span } | undefined;
  let step: Span | undefined;

  const time = (ms: number = now()): Date => new Date(ms);
  function start(name: string, parent: Span | undefined, attributes: Attributes): Span {
    const options = { startTime: time(), attributes };
    return parent
      ? tracer.startSpan(name, options, trace.setSpan(context.active(), parent))
      : tracer.startSpan(name, { ...options, root: true });
  }
  const theRun = (): Span => (run ??= start("repave", undefined, plan ? ofPlan(plan) : {}));
  function endHop(): void {
    hop?.span.end(time());
    hop = undefined;
  }
  function parentOf(id: string, index: number): Span {
    const isInHop = scopes.get(`${id} ${index}`) === "hop";
    if (!isInHop || hop?.index !== index) endHop();
    if (!isInHop) return theRun();
    const release = plan?.hops[index]?.release;
    const attributes = {
      "tfe_repave.hop": index,
      ...(release === undefined ? {} : { "tfe_repave.release": writtenRelease(release) }),
    };
    hop ??= { index, span: start(`hop ${release === undefined ? index : shortName(release)}`, theRun(), attributes) };
    return hop.span;
  }

  const began = (event: RunBegan): void => {
    theRun().setAttributes({ "tfe_repave.run_id": event.runId, "tfe_repave.resumed": event.event === "run.resumed" });
  };
  const outage = ({ event, at }: OutageEvent): void => void theRun().addEvent(event, {}, time(at));
  const listeners: Listeners = {
    "plan.made": (event) => void (plan = event.plan),
    "run.outlook": ({ steps }) => {
      for (const each of steps) scopes.set(`${each.step} ${each.hop}`, each.scope);
    },
    "run.started": began,
    "run.resumed": began,
    "step.started"({ step: id, hop: index }) {
      step = start(id, parentOf(id, index), { "tfe_repave.step": id, "tfe_repave.hop": index });
    },
    "step.finished"() {
      step?.end(time());
      step = undefined;
    },
    "outage.began": outage,
    "outage.ended": outage,
    warning: ({ text }) => void theRun().addEvent("warning", { "tfe_repave.text": text }, time()),
    "override.used": ({ id, because }) =>
      void theRun().addEvent("override.used", { "tfe_repave.override": id, "tfe_repave.because": because }, time()),
    "run.failed"({ code, detail }) {
      for (const span of [step, run]) span?.setStatus({ code: SpanStatusCode.ERROR, message: code });
      run?.addEvent("run.failed", { "tfe_repave.error": code, "tfe_repave.detail": detail }, time());
    },
    "run.finished": finish,
  };

  /** A run that never began leaves no trace. */
  function finish(event: RunFinished): void {
    step?.end(time());
    endHop();
    run?.setAttributes(ofEnd(event));
    if (!WANTED.includes(event.outcome)) run?.setStatus({ code: SpanStatusCode.ERROR, message: event.outcome });
    run?.end(time());
    run = undefined;
    step = undefined;
  }
  return {
    emit(event) {
      const listener = listeners[event.event] as ((event: RunEvent) => void) | undefined;
      listener?.(event);
    },
  };
}

type Of<K extends RunEvent["event"]> = Extract<RunEvent, { readonly event: K }>;
type Listeners = { readonly [K in RunEvent["event"]]?: (event: Of<K>) => void };
type RunBegan = Of<"run.started" | "run.resumed">;
type OutageEvent = Of<"outage.began" | "outage.ended">;

/** A list of attributes has elements of one type. */
const ofOneType = (releases: readonly (number | string)[]): number[] | string[] =>
  releases.every((release) => typeof release === "number") ? [...releases] : releases.map(String);

const ofPlan = (plan: Plan): Attributes => ({
  "tfe_repave.stack": plan.stack,
  "tfe_repave.from": writtenRelease(plan.from.release),
  "tfe_repave.release": writtenRelease(target(plan).release),
  "tfe_repave.image": target(plan).image,
  "tfe_repave.hops": ofOneType(plan.hops.map(({ release }) => writtenRelease(release))),
});

function ofEnd({ outcome, outageSeconds, nodeBuildSeconds, outageRatio }: RunFinished): Attributes {
  return {
    "tfe_repave.outcome": outcome,
    ...(outageSeconds === null ? {} : { "tfe_repave.outage_seconds": outageSeconds }),
    ...(nodeBuildSeconds === null ? {} : { "tfe_repave.node_build_seconds": nodeBuildSeconds }),
    ...(outageRatio === null ? {} : { "tfe_repave.outage_ratio": outageRatio }),
  };
}
