import type { Instance } from "../../orchestration/domain/fleet";
import type { Release } from "../../orchestration/domain/release";
import { type Answers, nodeAnswers } from "../../orchestration/dialects/replicated/conditions";
import { allHeld, bootPhase, conditions as judged } from "../../orchestration/domain/health";
import { releaseOf } from "../support/release";

/** A node, by what its commands answered. */
type NodeSight = Answers & { readonly instance: Instance | undefined };

const conditions = ({ instance, ...answers }: NodeSight, release: Release) =>
  judged({ instance, answers: nodeAnswers(answers) }, release);

const INSTANCE: Instance = {
  id: "i-1",
  privateIp: "10.0.1.1",
  zone: "a",
  state: "running",
  place: "inService",
  lifecycle: "InService",
  protectedFromScaleIn: false,
  markedUnhealthy: false,
  templateVersion: 2,
  release: releaseOf(642),
  imageId: "ami-a",
  launchedAt: 0,
  target: "healthy",
};

const made = <T>(value: T): { made: true; value: T } => ({ made: true, value });
const failed = { made: false, why: "i-1 does not answer" } as const;
const app = { release: releaseOf(642), state: "started", desiredState: "started", isTransitioning: false };

const HEALTHY: NodeSight = {
  instance: INSTANCE,
  system: made({ Replicated: "ready", Retraced: "ready" }),
  app: made(app),
  health: made({ passed: ["Archivist", "Redis"], failed: [] }),
  self: made({ status: 200, body: "OK" }),
};

const reds = (change: Partial<NodeSight>, release = releaseOf(642)): readonly string[] =>
  conditions({ ...HEALTHY, ...change }, release)
    .filter((observation) => !observation.held)
    .map(({ condition, observed }) => `${condition}: ${observed}`);

test("a node that meets every condition is healthy, and each condition says what was seen", () => {
  const observations = conditions(HEALTHY, releaseOf(642));
  expect(allHeld(observations)).toBe(true);
  expect(observations.map(({ condition, observed }) => `${condition}: ${observed}`)).toEqual([
    "instance running and in service: running, InService",
    "replicated ready: Replicated ready, Retraced ready",
    "application started: started, desired started",
    "release 642: runs 642 (v202207-2)",
    "health-check passes: 2 passed",
    "full health check answers 200: HTTP 200",
    "target healthy at the load balancer: healthy",
  ]);
});

describe("each condition alone makes it red", () => {
  const instance = (change: Partial<Instance>): Partial<NodeSight> => ({ instance: { ...INSTANCE, ...change } });
  it.each<[Partial<NodeSight>, string]>([
    [instance({ state: "pending" }), "instance running and in service: pending, InService"],
    [instance({ place: "joining", lifecycle: "Pending" }), "instance running and in service: running, Pending"],
    [
      instance({ markedUnhealthy: true }),
      "instance running and in service: running, InService, marked unhealthy by its group",
    ],
    [instance({ place: "out", lifecycle: undefined }), "instance running and in service: running, not in the group"],
    [
      { system: made({ Replicated: "ready", Retraced: "starting" }) },
      "replicated ready: Replicated ready, Retraced starting",
    ],
    [{ system: made({}) }, "replicated ready: no status"],
    [{ app: made({ ...app, state: "starting" }) }, "application started: starting, desired started"],
    [{ app: made({ ...app, desiredState: "stopped" }) }, "application started: started, desired stopped"],
    [{ app: made({ ...app, isTransitioning: true }) }, "application started: started, desired started, in transition"],
    [{ app: made({ ...app, release: releaseOf(610) }) }, "release 642: runs 610 (v202204-2)"],
    [
      { health: made({ passed: ["Archivist"], failed: [{ name: "Redis", detail: "500" }] }) },
      "health-check passes: Redis: 500",
    ],
    [{ health: made({ passed: [], failed: [] }) }, "health-check passes: 0 passed"],
    [{ self: made({ status: 500, body: "" }) }, "full health check answers 200: HTTP 500"],
    [{ self: made({ status: 0, body: "" }) }, "full health check answers 200: no answer"],
    ...(["initial", "unhealthy", "draining", "unused", "unavailable", "missing"] as const).map(
      (target): [Partial<NodeSight>, string] => [
        instance({ target }),
        `target healthy at the load balancer: ${target}`,
      ],
    ),
  ])("%#: %j", (change, red) => {
    expect(reds(change)).toEqual([red]);
  });
});

describe("a check that could not be made is red", () => {
  it.each([
    ["system", ["replicated ready"]],
    ["app", ["application started", "release 642"]],
    ["health", ["health-check passes"]],
    ["self", ["full health check answers 200"]],
  ] as const)("%s", (part, names) => {
    expect(reds({ [part]: failed })).toEqual(names.map((name) => `${name}: could not be checked: i-1 does not answer`));
  });

  it("and a node that is not there is red in everything", () => {
    const nothing = { instance: undefined, system: failed, app: failed, health: failed, self: failed };
    const observations = conditions(nothing, releaseOf(642));
    expect(observations.filter((o) => o.held)).toEqual([]);
    expect(observations.at(0)?.observed).toBe("no such instance");
    expect(observations.at(-1)?.observed).toBe("missing");
  });
});

describe("a release that ships a broken health-check is judged without it, and says so", () => {
  it.each([
    [609, "v202204-1"],
    [610, "v202204-2"],
  ])("%i", (release, name) => {
    const sight = { ...HEALTHY, app: made({ ...app, release: releaseOf(release) }), health: failed };
    const observations = conditions(sight, releaseOf(release));
    expect(allHeld(observations)).toBe(true);
    expect(observations.find((o) => o.condition === "health-check passes")).toMatchObject({
      skipped: true,
      observed: `the command is missing in ${release} (${name})`,
    });
  });

  it("but not without the full check, which stands in for it", () => {
    const sight = {
      health: failed,
      app: made({ ...app, release: releaseOf(610) }),
      self: made({ status: 500, body: "" }),
    };
    expect(reds(sight, releaseOf(610))).toEqual(["full health check answers 200: HTTP 500"]);
  });
});

describe("a node on its way up is at", () => {
  const phase = (change: Partial<NodeSight>): string =>
    bootPhase(conditions({ ...HEALTHY, ...change }, releaseOf(642)));

  it.each<[string, Partial<NodeSight>]>([
    ["the machine boots", { instance: { ...INSTANCE, state: "pending" }, system: failed }],
    ["installs", { system: made({ Replicated: "initializing" }), app: failed }],
    ["the application starts, migrations run", { app: made({ ...app, state: "starting" }), self: failed }],
    ["runs another release", { app: made({ ...app, release: releaseOf(610) }) }],
    ["started, not healthy yet", { self: made({ status: 503, body: "" }) }],
    ["healthy, not yet behind the load balancer", { instance: { ...INSTANCE, target: "initial" } }],
    ["healthy", {}],
  ])("%s", (expected, change) => {
    expect(phase(change)).toBe(expected);
  });
});
