import { DEFAULT_TIMINGS } from "../../lab/region/defaults";
import type { Instance, NodePhase } from "../../lab/region/model";
import { chartOf } from "./chart";
import { alone, type Figures, FIGURES, figuresOf } from "./figures";
import { pageOf } from "./page";
import { finished, median, type Result, rowsOf } from "./rows";
import { tableOf } from "./table";
import { WAYS } from "./ways";

const SECOND = 1000;

/** A machine by its phases, in seconds. */
function machine(launched: number, phases: readonly (readonly [NodePhase, number])[], terminated?: number): Instance {
  return {
    launchedAt: launched * SECOND,
    state: terminated === undefined ? "running" : "terminated",
    terminatedAt: terminated === undefined ? undefined : terminated * SECOND,
    node: { history: phases.map(([phase, at]) => ({ phase, at: at * SECOND })) },
  } as unknown as Instance;
}

const BUILT: readonly (readonly [NodePhase, number])[] = [
  ["booting", 200],
  ["installing", 240],
  ["migrating", 450],
  ["starting", 510],
  ["started", 560],
];

const verdict = { unansweredSeconds: 5, overlapSeconds: 1.5, lostJobs: 1, killedWhileBooting: 0 };
const world = {
  now: 700 * SECOND,
  timings: DEFAULT_TIMINGS,
  verdict: { ...verdict, unansweredSeconds: 401, overlapSeconds: 31.5, lostJobs: 4 } as never,
  instances: [
    machine(
      0,
      [
        ["started", 10],
        ["draining", 110],
        ["stopping", 150],
        ["stopped", 190],
      ],
      190,
    ),
    machine(200, BUILT),
    machine(300, [
      ["booting", 300],
      ["started", 660],
    ]),
  ],
};

describe("the figures of a way", () => {
  const figures = figuresOf({ now: 100 * SECOND, verdict }, world);

  it("are what the witness saw since the way began", () => {
    expect(figures).toMatchObject({
      outageSeconds: 396,
      overlapSeconds: 30,
      lostJobs: 3,
      killedWhileBooting: 0,
      totalSeconds: 600,
    });
  });

  it("measure the build at the first node that started, and the outage against it", () => {
    expect(figures).toMatchObject({ nodeBuildSeconds: 360, ratio: 1.1 });
  });

  it("leave the time in which a node waits out of its build", () => {
    const waiting = machine(200, [
      ["booting", 200],
      ["stopped", 250],
      ["starting", 300],
      ["started", 350],
    ]);
    const { nodeBuildSeconds } = figuresOf({ now: 100 * SECOND, verdict }, { ...world, instances: [waiting] });
    expect(nodeBuildSeconds).toBe(100);
  });

  it("count the seconds in which exactly one node answered, within the way", () => {
    // The old node from 100 to 150, the first new one alone from 560 to 660.
    expect(figures.oneNodeSeconds).toBe(150);
    expect(
      alone([
        [0, 2000],
        [1000, 3000],
        [5000, 4000],
      ]),
    ).toBe(2);
  });

  it("count the minutes of all instances, the old ones until the order to terminate", () => {
    expect(figures.instanceMinutes).toBe(Math.round(((50 + 500 + 400) / 60) * 10) / 10);
  });

  it("are none where no node was built", () => {
    expect(() => figuresOf({ now: 690 * SECOND, verdict }, world)).toThrow("no node was built");
  });
});

const figures = (outageSeconds: number, more: Partial<Figures> = {}): Figures => ({
  outageSeconds,
  nodeBuildSeconds: 360,
  ratio: Math.round((outageSeconds / 360) * 100) / 100,
  overlapSeconds: 0,
  lostJobs: 0,
  killedWhileBooting: 0,
  oneNodeSeconds: 0,
  totalSeconds: 900,
  instanceMinutes: 20,
  ...more,
});

const RESULTS: readonly Result[] = [
  { way: "by-hand", dialect: "replicated", seed: 1, figures: figures(480) },
  {
    way: "instance-refresh",
    dialect: "replicated",
    seed: 1,
    figures: figures(0, { overlapSeconds: 233, lostJobs: 2 }),
  },
  { way: "by-hand", dialect: "replicated", seed: 2, figures: figures(500) },
  { way: "by-hand", dialect: "replicated", seed: 3, figures: figures(400) },
  { way: "by-hand", dialect: "fdo", seed: 1, figures: figures(470) },
];
const ROWS = rowsOf(RESULTS);

describe("the rows", () => {
  it("are medians over the seeds, with the spread", () => {
    expect(ROWS.map(({ way, dialect, seeds }) => [way, dialect, seeds])).toEqual([
      ["by-hand", "replicated", 3],
      ["instance-refresh", "replicated", 1],
      ["by-hand", "fdo", 1],
    ]);
    expect(ROWS[0]).toMatchObject({ outageSeconds: 480, spread: { outageSeconds: [400, 500], lostJobs: [0, 0] } });
    expect([median([1, 9, 2]), median([1, 2]), median([4])]).toEqual([2, 1.5, 4]);
  });

  it("are the last line of --json, each with every figure", () => {
    const line = JSON.parse(JSON.stringify(finished(ROWS))) as { event: string; rows: Record<string, unknown>[] };
    expect(line.event).toBe("bench.finished");
    expect(line.rows).toHaveLength(3);
    for (const row of line.rows) for (const name of FIGURES) expect(typeof row[name]).toBe("number");
  });
});

describe("table, chart and page", () => {
  it("has a line for each way, with the spread where seeds differ", () => {
    const lines = tableOf(ROWS.filter(({ dialect }) => dialect === "replicated"))
      .trim()
      .split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain("| `by-hand` | 480 (400 to 500) | 1.33 (1.11 to 1.39) | 0 | 0 |");
    expect(lines[3]).toContain("| `instance-refresh` | 0 | 0 | 233 | 2 |");
  });

  it("draws bars in proportion, and says what went wrong", () => {
    const svg = chartOf(ROWS);
    const widths = (kind: string) =>
      [...svg.matchAll(new RegExp(`class="${kind}" x="150" y="\\d+" width="([\\d.]+)"`, "g"))].map(([, at]) =>
        Number(at),
      );
    expect(widths("outage")).toEqual([480, 0, 470]);
    expect(widths("overlap")).toEqual([0, 233, 0]);
    expect(svg).toContain("233 s at once, 2 jobs lost");
    expect(svg.startsWith("<svg ")).toBe(true);
  });

  it("says how many seeds there were, and links every way's source", () => {
    const page = (seeds: number) => pageOf({ rows: ROWS, ways: WAYS, speed: 10, seeds });
    expect(page(1)).toContain("Recorded with one seed.");
    expect(page(3)).toContain("Medians of 3 seeds.");
    for (const { source } of WAYS) expect(page(1)).toContain(`(${source[1]})`);
    expect(page(1)).toContain("## container (FDO): v202503-1 to 1.2.2");
  });
});
