import { startTraffic, type Traffic } from "../../../lab/traffic";
import { labClock, type LabClock } from "../../../lab/clock";
import type { RegionApi } from "../../../lab/region/api";
import { estate, type LabEstate } from "../estate";
import { temporaryFolder } from "../temporary";

/** The region with a record of what it was told about the traffic. */
function recording(region: RegionApi): { region: RegionApi; seen: boolean[] } {
  const seen: boolean[] = [];
  return { region: { ...region, observeTraffic: (answered) => void seen.push(answered) }, seen };
}

describe("the witness's prober", () => {
  let folder: { path: string; remove(): Promise<void> };
  let built: LabEstate;
  let traffic: Traffic;
  let seen: boolean[];
  let clock: LabClock;

  const start = async (speed: number): Promise<void> => {
    const record = recording(built.region);
    seen = record.seen;
    const scaled = labClock({ speed, labOrigin: built.region.state.now });
    clock = scaled;
    const { path: dir } = folder;
    traffic = await startTraffic({ region: record.region, dir, clock: scaled, advance: () => undefined });
  };
  const eventually = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    built = estate();
  });
  afterEach(async () => {
    await traffic.close();
    await folder.remove();
  });

  it("reports each lab second once, answered or not", async () => {
    await start(50);
    const began = clock.now();
    await eventually(() => seen.length >= 10);
    expect(seen).not.toContain(true);
    built.untilHealthy();
    await traffic.reconcile();
    await eventually(() => seen.at(-1) === true);
    expect(seen.length).toBeLessThanOrEqual((clock.now() - began) / 1000 + 1);
  });

  it("lets one question stand for several seconds where the clock runs too fast to ask in each", async () => {
    await start(500);
    const began = clock.now();
    await eventually(() => seen.length >= 100);
    const seconds = (clock.now() - began) / 1000;
    // The one under way, and the one that began as the clock was read.
    expect(seen.length).toBeLessThanOrEqual(seconds + 2);
    expect(seen.length).toBeGreaterThan(seconds / 4);
  });
});
