import fc from "fast-check";
import { faultDeeds } from "../../../lab/faults/course";
import { DEFAULTS } from "../../../lab/region/defaults";
import type { RegionState } from "../../../lab/region/model";
import { createRegion } from "../../../lab/region/region";
import { type LabEstate, estate, estateOf, GROUP, script } from "../estate";

/** Two hours in which everything happens that can: seconds and what is done then. */
const HAPPENINGS: readonly (readonly [seconds: number, what: (lab: LabEstate) => void])[] = [
  [500, (lab) => void lab.region.exec(lab.member(0).id, "replicated admin node-drain && replicatedctl app status")],
  [
    510,
    (lab) =>
      void lab.region.sendCommand({
        instanceIds: lab.members().map(({ id }) => id),
        commands: ["replicated admin --no-tty health-check", "replicatedctl app restart"],
        documentName: "AWS-RunShellScript",
        executionTimeoutSeconds: 60,
        deliveryTimeoutSeconds: 30,
      }),
  ],
  [700, (lab) => void lab.region.createDbSnapshot({ snapshotId: "before", instanceId: DEFAULTS.databaseId })],
  [720, (lab) => void lab.pin(script(692))],
  [730, (lab) => lab.scale(0)],
  [800, (lab) => lab.scale(1)],
  [1070, (lab) => void lab.region.terminateInstances([lab.member().id])],
  [5200, (lab) => lab.scale(2)],
  [5300, (lab) => lab.region.suspendProcesses(GROUP, ["HealthCheck"])],
  [5900, (lab) => void lab.region.exec(lab.member(1).id, "replicated admin --no-tty support-bundle")],
  [6500, (lab) => lab.scale(0)],
];

const END = 7200;

function made(): LabEstate {
  return estate({ text: script(642), count: 2, healthCheck: { intervalSeconds: 15 } });
}

/** Plays all of it, stopping at the given seconds on the way. */
function play(first: LabEstate, stops: readonly number[], atStop: (lab: LabEstate) => LabEstate): RegionState {
  let lab = first;
  const times = [...stops.map((seconds) => [seconds, undefined] as const), ...HAPPENINGS, [END, undefined] as const];
  for (const [seconds, what] of times.sort(([one], [other]) => one - other)) {
    lab.pass(seconds - lab.seconds());
    if (what) what(lab);
    else lab = atStop(lab);
  }
  return plain(lab.region.state);
}

function plain(state: RegionState): RegionState {
  return JSON.parse(JSON.stringify(state)) as RegionState;
}

describe("the region is its state", () => {
  const reference = play(made(), [], (lab) => lab);

  test("much has happened", () => {
    expect(reference.verdict.jobsFinished).toBeGreaterThan(50);
    expect(reference.database).toMatchObject({ schemaRelease: 692, started: [642, 692] });
    expect(Object.keys(reference.buckets[DEFAULTS.bucket] ?? {})).toHaveLength(2);
    expect(reference.verdict.violations.length).toBeGreaterThan(1);
  });

  test("the same seed does the same things", () => {
    expect(play(made(), [], (lab) => lab)).toEqual(reference);
  });

  test("another seed does others", () => {
    const other = estate({ count: 2, seed: 8 });
    other.pass(60);
    const same = made();
    same.pass(60);
    expect(other.members().map(({ id }) => id)).not.toEqual(same.members().map(({ id }) => id));
  });

  test("written down and read again at any time, it goes on as if nothing had been", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: END - 1 }), { minLength: 1, maxLength: 20 }), (stops) => {
        const again = (lab: LabEstate) =>
          estateOf(createRegion({ faults: faultDeeds, state: plain(lab.region.state) }));
        expect(play(made(), stops, again)).toEqual(reference);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test("how finely the clock moves changes nothing", () => {
    const everySecond = Array.from({ length: END }, (_, index) => index + 0.5);
    expect(play(made(), everySecond, (lab) => lab)).toEqual(reference);
  });

  test("the clock does not go back", () => {
    const lab = made();
    lab.pass(100);
    const before = plain(lab.region.state);
    lab.region.advance(DEFAULTS.now);
    expect(plain(lab.region.state)).toEqual(before);
  });

  test("nextDue is the time of the next thing to happen", () => {
    const lab = made();
    expect(lab.region.nextDue()).toBe(DEFAULTS.now);
    lab.pass(0);
    expect(lab.region.nextDue()).toBe(DEFAULTS.now + 18_000);
  });
});

test("a snapshot is available after its time, and its name is taken once", () => {
  const { region } = made();
  const snapshot = region.createDbSnapshot({ snapshotId: "s", instanceId: DEFAULTS.databaseId, tags: { run: "1" } });

  expect(snapshot).toEqual({
    id: "s",
    instanceId: DEFAULTS.databaseId,
    createdAt: DEFAULTS.now,
    availableAt: DEFAULTS.now + 120_000,
    failed: false,
    tags: { run: "1" },
  });
  const code = (name: string) => expect.objectContaining({ code: name }) as Error;
  expect(() => region.createDbSnapshot({ snapshotId: "s", instanceId: DEFAULTS.databaseId })).toThrow(
    code("DBSnapshotAlreadyExists"),
  );
  expect(() => region.createDbSnapshot({ snapshotId: "t", instanceId: "none" })).toThrow(code("DBInstanceNotFound"));
});
