import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn, EChartsOption } from "echarts";
import type * as ECharts from "echarts";
import type { Span } from "../../domain/outage";
import { lazily } from "../machine/lazy";
import { escapeHtml, raw, type Html } from "./html";
import { clockTime } from "./words";

/** Colours by name; what each is in light and in dark, the style sheet says. */
export type Tone = "ok" | "bad" | "warn" | "idle" | "accent" | "c1" | "c2" | "c3" | "c4" | "c5";

export interface Bar extends Span {
  readonly tone: Tone;
  /** Told apart without its colour. */
  readonly thin?: true;
  /** Shown in the bar where there is room for it. */
  readonly text?: string;
}

export interface Lane {
  readonly label: string;
  readonly bars: readonly Bar[];
}

export interface LanesChart extends Span {
  /** Alternative text for readers who cannot see it. */
  readonly description: string;
  readonly lanes: readonly Lane[];
  /** Shaded over all lanes. */
  readonly shaded: readonly Span[];
  /** Cut out of the axis. */
  readonly breaks: readonly Span[];
  /** Seconds from the beginning on the axis, instead of the time of day. */
  readonly relativeTo?: number;
}

export interface Size {
  readonly width: number;
  /** Part of the labels' full width that there is room for. */
  readonly labels: number;
}

const SIZES: readonly (Size & { readonly name: string })[] = [
  { name: "wide", width: 960, labels: 1 },
  { name: "narrow", width: 360, labels: 0.75 },
];
const LANE_HEIGHT = 22;
const AXIS_HEIGHT = 30;
const TOP = 8;
const LETTER = 6.6;
export const FONT = { fontFamily: "system-ui, sans-serif", fontSize: 12, color: "var(--fg)" } as const;

const echarts = (): typeof ECharts => lazily("echarts") as typeof ECharts;

/** Draws the same chart for a wide and for a narrow page; the style sheet shows one of them. */
export function inBothSizes(
  description: string,
  draw: (size: Size) => { option: EChartsOption; height: number },
): Html {
  const figures = SIZES.map((size) => {
    const { option, height } = draw(size);
    const chart = echarts().init(null, null, { renderer: "svg", ssr: true, width: size.width, height });
    chart.setOption({ animation: false, useUTC: true, textStyle: FONT, ...option });
    const svg = chart.renderToSVGString();
    chart.dispose();
    const label = escapeHtml(description);
    return `<div class="${size.name}">${svg.replace("<svg ", `<svg role="img" aria-label="${label}" `)}</div>`;
  });
  return raw(figures.join(""));
}

/** Lanes of bars on one axis of time. */
export const drawLanes = (chart: LanesChart): Html =>
  inBothSizes(chart.description, (size) => ({
    option: lanesOption(chart, size),
    height: chart.lanes.length * LANE_HEIGHT + AXIS_HEIGHT + TOP,
  }));

const MOST_LETTERS = 34;
/** As many letters are shown on a narrow page, too: the names of the steps differ at their ends. */
const LEAST_LETTERS = 14;

function lanesOption(chart: LanesChart, { width, labels }: Size): EChartsOption {
  const { lanes, from, to, relativeTo } = chart;
  const longest = Math.min(MOST_LETTERS, Math.max(...lanes.map(({ label }) => label.length)));
  const letters = Math.max(Math.min(longest, LEAST_LETTERS), Math.round(longest * labels));
  const shown = (label: string): string => (label.length > letters ? `${label.slice(0, letters - 1)}…` : label);
  const bars = lanes.flatMap((lane, index) => lane.bars.map((bar) => ({ ...bar, lane: index })));
  return {
    grid: { left: 20 + letters * LETTER, right: 14, top: TOP, bottom: AXIS_HEIGHT },
    xAxis: {
      ...(relativeTo === undefined ? clockAxis(chart) : secondsAxis(from - relativeTo, to - relativeTo, width)),
      axisLine: { lineStyle: { color: "var(--line)" } },
      splitLine: { show: true, lineStyle: { color: "var(--line)" } },
      axisLabel: { ...FONT, color: "var(--muted)", hideOverlap: true, ...labelOf(chart) },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: lanes.map((_, index) => index),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...FONT, interval: 0, formatter: (_, index) => shown(lanes[index]?.label ?? "") },
    },
    series: [
      {
        type: "custom",
        silent: true,
        clip: true,
        encode: { x: [1, 2], y: 0 },
        data: bars.map((bar) => [bar.lane, bar.from - (relativeTo ?? 0), bar.to - (relativeTo ?? 0)]),
        renderItem: (params, api) => bar(bars[params.dataIndex], api),
        markArea: {
          silent: true,
          itemStyle: { color: "var(--shade)" },
          data: chart.shaded.map((span) => [
            { xAxis: span.from - (relativeTo ?? 0) },
            { xAxis: span.to - (relativeTo ?? 0) },
          ]),
        },
      },
    ],
  };
}

function clockAxis({ from, to, breaks }: LanesChart) {
  return {
    type: "time" as const,
    min: from,
    max: to,
    breaks: breaks.map((span) => ({ start: span.from, end: span.to, gap: "4%" })),
    breakArea: { itemStyle: { color: "var(--card)", borderColor: "var(--muted)" } },
  };
}

const STEPS_S = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600];

function secondsAxis(min: number, max: number, width: number) {
  const most = width / 90;
  const interval = (STEPS_S.find((step) => (max - min) / 1000 / step <= most) ?? 86_400) * 1000;
  return { type: "value" as const, min, max, interval };
}

function labelOf({ from, to, relativeTo }: LanesChart): object {
  if (relativeTo !== undefined) {
    return { showMinLabel: false, showMaxLabel: false, formatter: (ms: number) => minutes(ms) };
  }
  const letters = to - from < 5 * 60_000 ? 8 : 5;
  // At a break the two labels would stand in each other.
  return {
    formatter: (at: number, _: number, extra?: { readonly break?: unknown }) =>
      extra?.break === undefined ? clockTime(at).slice(0, letters) : "",
  };
}

/** `-0:30`, `12:00`, `1:02:00`. */
function minutes(ms: number): string {
  const whole = Math.abs(Math.round(ms / 1000));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return `${ms < 0 ? "−" : ""}${h > 0 ? `${h}:${pad(m)}` : m}:${pad(s)}`;
}

function bar(
  given: (Bar & { lane: number }) | undefined,
  api: CustomSeriesRenderItemAPI,
): CustomSeriesRenderItemReturn {
  if (!given) return null;
  const [x = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
  const [end = 0] = api.coord([api.value(2), api.value(0)]);
  const height = given.thin === true ? 4 : LANE_HEIGHT - 6;
  const width = Math.max(1.5, end - x);
  const fits = given.text !== undefined && given.text.length * LETTER + 8 < width;
  const rect = {
    type: "rect" as const,
    shape: { x, y: y - height / 2, width, height, r: Math.min(2, width / 2) },
    style: { fill: `var(--${given.tone})` },
  };
  if (!fits) return rect;
  const style = { x: x + 5, y, text: given.text ?? "", fill: "var(--on-bar)", font: "11px system-ui, sans-serif" };
  return { type: "group", children: [rect, { type: "text", style: { ...style, verticalAlign: "middle" } }] };
}
