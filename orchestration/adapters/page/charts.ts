import type { EChartsOption } from "echarts";
import type { StepEnd } from "../../domain/report/steps";
import type { Answer } from "../../domain/report/availability";
import { emptyStretches } from "../../domain/report/breaks";
import type { DrainRecord, GateRecord } from "../../domain/report/looks";
import type { NodePhase } from "../../domain/report/nodes";
import { shortName } from "../../domain/release";
import type { Report } from "../../domain/report/report";
import type { OutageInParts, OutagePart } from "../../domain/outage";
import { partLabel, stepLabel } from "../../domain/text/labels";
import type { Html } from "./html";
import { type Bar, drawLanes, FONT, inBothSizes, type Lane, type Tone } from "./lanes";
import { lasting, shortId } from "./words";

export const STEP_TONES: Readonly<Record<StepEnd, Tone>> = {
  done: "accent",
  failed: "bad",
  interrupted: "warn",
  "under way": "c4",
};
export const PHASE_TONES: Readonly<Record<NodePhase, Tone>> = {
  "in service": "ok",
  draining: "c2",
  drained: "idle",
  terminating: "bad",
  building: "c3",
  proving: "c4",
};
export const ANSWER_TONES: Readonly<Record<Answer, Tone>> = { answered: "ok", unanswered: "bad", unknown: "idle" };
export const PART_TONES: Readonly<Record<OutagePart, Tone>> = {
  deregistration: "c1",
  termination: "c2",
  overhead: "bad",
  build: "c3",
  start: "c3",
  firstAnswer: "c4",
};

/** Steps, nodes, template versions and the service on one axis of time. */
export function timeline(report: Report): Html {
  const { from, asOf, steps, nodes, versions, availability } = report;
  const ids = [...new Set(steps.map(({ step }) => step))];
  const lanes: readonly Lane[] = [
    ...ids.map((id) => ({
      label: stepLabel(id),
      bars: steps
        .filter(({ step }) => step === id)
        .map((span) => ({ ...span, tone: STEP_TONES[span.end], text: lasting(span.to - span.from) })),
    })),
    ...nodes.map(({ instanceId, release, phases }) => ({
      label: `${shortId(instanceId)}${release === null ? "" : ` ${shortName(release)}`}`,
      bars: phases.map((span) => ({ ...span, tone: PHASE_TONES[span.phase], text: span.phase })),
    })),
    ...[...new Set(versions.map(({ version }) => version))].map((version) => ({
      label: `template ${version}`,
      bars: versions
        .filter((span) => span.version === version)
        .map((span) => ({
          ...span,
          tone: span.use === "active" ? ("c5" as const) : ("idle" as const),
          text: span.use,
        })),
    })),
    { label: "service", bars: availability.spans.map((span) => ({ ...span, tone: ANSWER_TONES[span.answer] })) },
  ];
  return drawLanes({
    description:
      "Timeline of the steps, the nodes, the versions of the launch template and the service; the tables on this page show the same",
    from,
    to: Math.max(asOf, from + 1000),
    lanes,
    shaded: report.outages,
    breaks: emptyStretches([
      ...report.entries.map(({ at }) => at),
      ...report.outages.flatMap((o) => [o.from, o.to]),
      asOf,
    ]),
  });
}

/** One outage, second by second, above its parts and the build of one node. */
export function outageChart({ availability }: Report, outage: OutageInParts): Html {
  const margin = Math.ceil(Math.max(1, (outage.to - outage.from) / 600_000)) * 60_000;
  const from = outage.from - margin;
  const to = Math.max(outage.to, outage.build?.to ?? 0) + margin;
  const seen = availability.spans
    .filter((span) => span.to > from && span.from < to)
    .map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }));
  const word: Readonly<Record<Answer, string>> = {
    answered: "answers",
    unanswered: "no answer",
    unknown: "not checked",
  };
  const parts = outage.parts.filter((span) => span.to > span.from);
  return drawLanes({
    description: `The service around the outage of ${lasting(outage.to - outage.from)}, second by second, with the parts of the outage and the build of the first node; the table below shows the same`,
    from,
    to,
    relativeTo: outage.from,
    shaded: [outage],
    breaks: [],
    lanes: [
      {
        label: "service",
        bars: seen.map((span) => ({ ...span, tone: ANSWER_TONES[span.answer], text: word[span.answer] })),
      },
      {
        label: "parts",
        bars: parts.map((span) => ({ ...span, tone: PART_TONES[span.part], text: partLabel(span.part) })),
      },
      {
        label: "one node's build",
        bars: outage.build
          ? [{ ...outage.build, tone: "accent" as const, text: lasting(outage.build.to - outage.build.from) }]
          : [],
      },
    ],
  });
}

/** Each condition of the gate over time, on one node. */
export function gateChart(gate: GateRecord): Html {
  const conditions = gate.looks[0]?.observations.map(({ condition }) => condition) ?? [];
  return drawLanes({
    description: `The conditions of the gate on ${gate.instanceId} over time; the table below shows the last check`,
    from: gate.from,
    to: Math.max(gate.to, gate.from + 1000),
    relativeTo: gate.from,
    shaded: [],
    breaks: [],
    lanes: conditions.map((condition, index) => ({
      label: condition,
      bars: gate.looks.map(({ at, observations }, look) => ({
        from: at,
        to: gate.looks[look + 1]?.at ?? gate.to,
        ...gateBar(gate, look, index, observations[index]?.held === true),
      })),
    })),
  });
}

/**
 * A condition at one look. What has not come to pass yet is grey on a node that passed in the end: it booted. Red is what held before,
 * and what a node did not reach. The bar of what does not hold is thin, for those who do not see its colour.
 */
function gateBar(
  { looks, passed }: GateRecord,
  look: number,
  index: number,
  held: boolean,
): Pick<Bar, "tone" | "thin"> {
  if (held) return { tone: "ok" };
  const heldBefore = looks.slice(0, look).some(({ observations }) => observations[index]?.held === true);
  return { tone: passed && !heldBefore ? "idle" : "bad", thin: true };
}

const LINES: readonly Tone[] = ["c1", "c2", "c3", "c4", "c5"];

/** Jobs left on each node over time. */
export function drainChart(drains: readonly DrainRecord[]): Html {
  const most = Math.max(1, ...drains.flatMap(({ points }) => points.map(({ left }) => left)));
  return inBothSizes("Jobs left on each node during its drain; the table below shows the counts", ({ width }) => {
    const option: EChartsOption = {
      grid: { left: 34, right: 14, top: 30, bottom: 30 },
      legend: { top: 0, left: 0, textStyle: FONT, itemHeight: 8, selectedMode: false },
      xAxis: {
        type: "time",
        axisLabel: { ...FONT, color: "var(--muted)", hideOverlap: true, formatter: "{HH}:{mm}:{ss}" },
        axisLine: { lineStyle: { color: "var(--line)" } },
        splitNumber: Math.round(width / 160),
      },
      yAxis: {
        type: "value",
        max: most,
        minInterval: 1,
        axisLabel: { ...FONT, color: "var(--muted)" },
        splitLine: { lineStyle: { color: "var(--line)" } },
      },
      series: drains.map(({ instanceId, points, to }, index) => ({
        type: "line",
        name: shortId(instanceId),
        step: "end",
        silent: true,
        showSymbol: false,
        lineStyle: { width: 2, color: `var(--${LINES[index % LINES.length] ?? "c1"})` },
        itemStyle: { color: `var(--${LINES[index % LINES.length] ?? "c1"})` },
        data: [...points.map(({ at, left }) => [at, left]), [to, points.at(-1)?.left ?? 0]],
      })),
    };
    return { option, height: 160 };
  });
}
