import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderMetrics, type LastRun } from "../../../orchestration/adapters/telemetry/metrics";
import { measureRun } from "../../../orchestration/wiring/telemetry";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";
import { aFinish } from "../../support/events";

const RUN: LastRun = {
  stack: "production",
  finished: { ...aFinish("done"), outageSeconds: 477, nodeBuildSeconds: 383, outageRatio: 1.25 },
  startedAt: 1_000_000,
  finishedAt: 3_500_500,
  succeededAt: 3_500_500,
  nodes: [
    { instanceId: "i-3", launchedAt: 2_000_000 },
    { instanceId: "i-4", launchedAt: 3_000_000 },
  ],
};

/** The samples, without what explains them. */
const samples = (text: string): readonly string[] => text.split("\n").filter((line) => /^[a-z]/.test(line));

describe("the metrics of the last run", () => {
  it("are its figures in Prometheus' text format, by stack", async () => {
    const text = await renderMetrics(RUN);
    expect(samples(text)).toEqual([
      'tfe_repave_last_run_timestamp_seconds{stack="production"} 3500.5',
      'tfe_repave_last_run_duration_seconds{stack="production"} 2500.5',
      'tfe_repave_last_run_outage_seconds{stack="production"} 477',
      'tfe_repave_last_run_node_build_seconds{stack="production"} 383',
      'tfe_repave_last_run_outage_ratio{stack="production"} 1.25',
      'tfe_repave_last_success_timestamp_seconds{stack="production"} 3500.5',
      'tfe_repave_last_run_outcome{outcome="done",stack="production"} 1',
      'tfe_repave_last_run_outcome{outcome="nothing-to-do",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="not-now",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="gave-up",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="failed",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="blocked",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="halted",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="declined",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="interrupted",stack="production"} 0',
      'tfe_repave_last_run_outcome{outcome="aborted",stack="production"} 0',
      'tfe_repave_node_launch_timestamp_seconds{instance_id="i-3",stack="production"} 2000',
      'tfe_repave_node_launch_timestamp_seconds{instance_id="i-4",stack="production"} 3000',
    ]);
    expect(text).toContain("# TYPE tfe_repave_last_run_outage_seconds gauge\n");
  });

  it("leave out what is not known, rather than call it 0", async () => {
    const finished = { ...aFinish("blocked"), outageSeconds: null, nodeBuildSeconds: null, outageRatio: null };
    const text = await renderMetrics({ ...RUN, finished, succeededAt: undefined, nodes: [] });
    expect(text).not.toMatch(/^tfe_repave_(last_run_outage|last_run_node_build|last_success)/m);
  });
});

describe("measuring a run", () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), "metrics-"))));
  afterEach(() => rm(dir, { recursive: true }));

  const problems: string[] = [];
  beforeEach(() => void problems.splice(0));
  const problem = (line: string): void => void problems.push(line);
  const value = (text: string, name: string): number | undefined => {
    const sample = samples(text).find((line) => line.startsWith(`tfe_repave_${name}{`));
    return sample === undefined ? undefined : Number(sample.split(" ").at(-1));
  };

  it("writes the file whole, and keeps when a run last succeeded through one that does not", async () => {
    const world = new World();
    const file = join(dir, "tfe.prom");
    const ports = world.ports();
    const first = measureRun({ file, env: {}, stack: "test", ports, problem });
    const began = world.clock.now();
    await first(await attempt(world));
    const succeeded = value(await readFile(file, "utf8"), "last_success_timestamp_seconds") ?? 0;
    expect(succeeded).toBe(world.clock.now() / 1000);
    expect(value(await readFile(file, "utf8"), "last_run_duration_seconds")).toBe(succeeded - began / 1000);

    world.once("one.launched", ({ instanceId }) => world.group.sicken(instanceId));
    const second = measureRun({
      file: undefined,
      env: { TFE_REPAVE_METRICS_FILE: file },
      stack: "test",
      ports,
      problem,
    });
    await second(await attempt(world, { release: 692 }));
    const text = await readFile(file, "utf8");
    expect(text).toContain('last_run_outcome{outcome="halted",stack="test"} 1');
    // The journal's last entry is a moment older than the end of the command.
    expect(Math.abs((value(text, "last_success_timestamp_seconds") ?? 0) - succeeded)).toBeLessThan(5);
    expect(value(text, "last_run_timestamp_seconds")).toBeGreaterThan(succeeded);
    expect(await readdir(dir)).toEqual(["tfe.prom"]);
    expect(problems).toEqual([]);
  });

  it("is no reason for a run to fail: where the file cannot be written, that is said", async () => {
    const world = new World();
    const file = join(dir, "missing", "tfe.prom");
    await measureRun({ file, env: {}, stack: "test", ports: world.ports(), problem })(aFinish("done"));
    expect(problems).toEqual([expect.stringMatching(`^the metrics could not be written to ${file}: .*ENOENT`)]);
  });

  it("writes nothing unless it is asked to", async () => {
    const world = new World();
    await measureRun({ file: undefined, env: {}, stack: "test", ports: world.ports(), problem })(aFinish("done"));
    expect(await readdir(dir)).toEqual([]);
  });
});
