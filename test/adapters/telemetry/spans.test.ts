import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { spanReporter } from "../../../orchestration/adapters/telemetry/spans";
import type { RunEvent } from "../../../orchestration/domain/events";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";
import { aFinish, PLAN } from "../../support/events";
import { shortName } from "../../../orchestration/domain/release";

const START = Date.UTC(2026, 0, 5);

/** The spans that come of these events, one told every second. */
function spansOf(events: readonly RunEvent[]): readonly ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  let now = START;
  const reporter = spanReporter(provider.getTracer("test"), () => (now += 1000));
  for (const event of events) reporter.emit(event);
  return [...exporter.getFinishedSpans()].sort((a, b) => ms(a.startTime) - ms(b.startTime));
}

const ms = ([seconds, nanos]: ReadableSpan["startTime"]): number => seconds * 1000 + nanos / 1e6;

/** Each span under the one it is in, as `run > hop > step`. */
function paths(spans: readonly ReadableSpan[]): readonly string[] {
  const path = (span: ReadableSpan): string => {
    const parent = spans.find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId);
    return parent ? `${path(parent)} > ${span.name}` : span.name;
  };
  return spans.map(path);
}

const theRun = (spans: readonly ReadableSpan[]): ReadableSpan | undefined =>
  spans.find(({ name }) => name === "repave");

describe("the spans of a run", () => {
  it("are the run, in it each hop, in those their steps", async () => {
    const world = new World();
    await attempt(world, { release: 713 });
    const hop = ["stage", "drain", "scaleToZero", "scaleToOne", "gate"];
    const releases = world.of("plan.made").flatMap(({ plan }) => plan.hops.map(({ release }) => shortName(release)));
    expect(releases.length).toBeGreaterThan(1);
    expect(paths(spansOf(world.events))).toEqual([
      "repave",
      ...["preflight", "claim", "fence"].map((step) => `repave > ${step}`),
      ...releases.flatMap((release) => [
        `repave > hop ${release}`,
        ...hop.map((step) => `repave > hop ${release} > ${step}`),
      ]),
      ...["scaleOut", "verify"].map((step) => `repave > ${step}`),
    ]);
  });

  it("say what was planned and how it ended", async () => {
    const world = new World();
    const { outageSeconds, nodeBuildSeconds, outageRatio, runId } = await attempt(world);
    const run = theRun(spansOf(world.events));
    expect(run?.attributes).toEqual({
      "tfe_repave.stack": "test",
      "tfe_repave.from": 610,
      "tfe_repave.release": 642,
      "tfe_repave.image": "ami-a",
      "tfe_repave.hops": [642],
      "tfe_repave.run_id": runId,
      "tfe_repave.resumed": false,
      "tfe_repave.outcome": "done",
      "tfe_repave.outage_seconds": outageSeconds,
      "tfe_repave.node_build_seconds": nodeBuildSeconds,
      "tfe_repave.outage_ratio": outageRatio,
    });
    expect(run?.events.map(({ name, time }) => [name, ms(time)])).toEqual([
      ["outage.began", world.of("outage.began")[0]?.at],
      ["outage.ended", world.of("outage.ended")[0]?.at],
    ]);
    expect(run?.status.code).toBe(0);
  });

  it("mark the step that failed, and the run", () => {
    const spans = spansOf([
      { event: "plan.made", plan: PLAN, text: [] },
      { event: "run.resumed", runId: "run-1", operator: "ann@here", token: 2 },
      { event: "step.started", step: "gate", hop: 0, title: "gate" },
      { event: "warning", text: "someone resumed AZRebalance" },
      { event: "run.failed", step: "gate", code: "GATE_TIMEOUT", detail: "i-3", fleet: "held" },
      aFinish("halted"),
    ]);
    expect(spans.map(({ name, status, ended }) => [name, status.code, status.message, ended])).toEqual([
      ["repave", 2, "halted", true],
      ["gate", 2, "GATE_TIMEOUT", true],
    ]);
    expect(theRun(spans)?.events.map(({ name }) => name)).toEqual(["warning", "run.failed"]);
  });

  it("end with the run where an interrupt left them open", () => {
    const spans = spansOf([
      { event: "plan.made", plan: PLAN, text: [] },
      { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" },
      { event: "step.started", step: "drain", hop: 0, title: "drain" },
      aFinish("interrupted"),
    ]);
    expect(spans.map(({ name, endTime }) => [name, ms(endTime) > START])).toEqual([
      ["repave", true],
      ["drain", true],
    ]);
  });

  it("are none where no run began", () => {
    expect(spansOf([{ event: "plan.made", plan: PLAN, text: [] }, aFinish("blocked")])).toEqual([]);
  });
});
