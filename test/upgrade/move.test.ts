import type { Plan } from "../../orchestration/domain/plan";
import type { Packaging } from "../../orchestration/domain/release";
import type { Inspection, Moving, Survey } from "../../orchestration/ports/moving";
import type { Ports } from "../../orchestration/run/context";
import type { NodeAddress } from "../../orchestration/ports/nodeShell";
import { askPrepared } from "../../orchestration/fleet/prepared/preparing";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { observeFleet } from "../../orchestration/fleet/observe";
import { NO_HISTORY } from "../../orchestration/domain/forecast";
import { planDetour } from "../../orchestration/upgrade/move/detour";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";
import { aFinish } from "../support/events";
import { releaseOf } from "../support/release";

const FROM = { packaging: "replicated", keys: { releaseSequence: "811" } } as const;
const SURVEY: Survey = {
  to: { packaging: "fdo", keys: { imageTag: "v202503-1", environment: '{"TFE_CAPACITY_MEMORY":"512"}' } },
  secrets: { enc_password: "TFE_ENCRYPTION_PASSWORD" },
  problems: [],
  notes: [],
};
const FINE: Inspection = { secrets: undefined, licence: undefined, authorities: undefined, comparison: undefined };

function moving(survey: Partial<Survey> = {}, inspection: Partial<Inspection> = {}): Moving {
  return {
    present: () => Promise.resolve(FROM),
    survey: () => Promise.resolve({ ...SURVEY, ...survey }),
    inspect: () => Promise.resolve({ ...FINE, ...inspection }),
    handOver: () => Promise.reject(new Error("nothing is written before the checks have passed")),
    bootsFrom: () => ({ secretArns: [], sources: [], missingDigests: [] }),
    flaw: () => undefined,
  };
}

/** A world whose nodes say how they are packaged, as their tags do, and whose stack file may say something else. */
function portsOf(world: World, nodes: readonly Packaging[], file: Packaging, port: Moving = moving()): Ports {
  const ports = world.ports();
  return {
    ...ports,
    moving: port,
    fleet: {
      ...ports.fleet,
      async describe() {
        const fleet = await ports.fleet.describe();
        const packaged = fleet.instances.map((each, index) => ({ ...each, packaging: nodes[index] ?? "replicated" }));
        return { ...fleet, instances: packaged };
      },
    },
    stack: {
      ...ports.stack,
      async outputs() {
        const outputs = await ports.stack.outputs();
        return outputs && { ...outputs, packaging: file };
      },
    },
  };
}

const BOTH = ["replicated", "replicated"] as const;
const there = { release: undefined, move: { back: false, keys: {} } };

describe("a move that is staged and not made", () => {
  test.each([
    ["an upgrade", { release: 811 }],
    ["a patch", { release: undefined, image: "ami-a", patch: true }],
  ])("is not made in passing by %s", async (_, request) => {
    const world = new World({ release: 811 });
    const { outcome } = await attempt(world, request, { ports: portsOf(world, BOTH, "fdo") });
    expect(outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "MOVE_STAGED",
      next: expect.stringContaining("npm run migrate -- --stack test") as string,
    });
    expect(world.acts).toEqual([]);
  });
});

test("nodes of both packagings are no fleet that can be repaved", async () => {
  const world = new World({ release: 811 });
  const ports = portsOf(world, ["replicated", "fdo"], "replicated");
  expect((await attempt(world, { release: 811, image: "ami-b" }, { ports })).outcome).toBe("blocked");
  const check = world.of("check.made").find(({ id }) => id === "one-release");
  expect(check).toMatchObject({ ok: false, observed: expect.stringMatching(/Replicated and with Flexible/) as string });
});

describe("what keeps a fleet from moving", () => {
  test("is said all at once, before anything is changed", async () => {
    const world = new World({ release: 811 });
    const port = moving(
      { problems: ["brand_new is not known", "tbw_image is custom_image"] },
      { secrets: "pg_password: empty", licence: "it is for Replicated", authorities: "unable to get issuer" },
    );
    expect((await attempt(world, there, { ports: portsOf(world, BOTH, "replicated", port) })).outcome).toBe("blocked");
    const failed = world.of("check.made").filter(({ ok }) => !ok);
    expect(failed.map(({ id, observed }) => [id, observed])).toEqual([
      ["move-settings", "brand_new is not known; tbw_image is custom_image"],
      ["move-secrets", "pg_password: empty"],
      ["move-licence", "it is for Replicated"],
      ["move-authorities", "unable to get issuer"],
    ]);
    expect(world.acts).toEqual([]);
  });

  test("a side that the stack file cannot have is a failed check, and not a broken file", async () => {
    const world = new World({ release: 811 });
    const port = { ...moving(), flaw: () => "imageRepository is not one" };
    await attempt(world, there, { ports: portsOf(world, BOTH, "replicated", port) });
    expect(world.of("check.made").find(({ id }) => id === "move-settings")).toMatchObject({ ok: false });
    expect(world.acts).toEqual([]);
  });

  test("a release that only one packaging has is refused, with the way round it", async () => {
    const world = new World({ release: 692 });
    await attempt(world, there, { ports: portsOf(world, BOTH, "replicated") });
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "PATH_ILLEGAL",
      next: "npm run upgrade -- --release v202503-1 --stack test, then npm run migrate -- --stack test",
    });
  });

  test("there is nothing to take back where nothing was moved", async () => {
    const world = new World({ release: 811 });
    await attempt(world, { ...there, move: { back: true, keys: {} } }, { ports: portsOf(world, BOTH, "replicated") });
    expect(world.of("run.failed").at(-1)).toMatchObject({ code: "MOVE_IMPOSSIBLE" });
  });
});

describe("the way back", () => {
  /** A fleet that has moved, and its run in the store. */
  async function moved(): Promise<{ world: World; ports: Ports }> {
    const world = new World({ release: 811 });
    const at = { release: releaseOf(811), image: "ami-a" };
    const from = {
      ...FROM,
      keys: { ...FROM.keys, settingsSecretArn: "arn:old", installerUrl: "https://mirror/install" },
    };
    const plan: Plan = { schema: 2, stack: "test", from: at, hops: [at], nodeCount: 2, move: { ...SURVEY, from } };
    await world.store.create({ schema: 1, runId: "run-1", stack: "test", createdAt: 1, operator: "o@h", plan });
    await world.store.append("run-1", { event: "run.started", runId: "run-1", plan, operator: "o@h", seq: 1, at: 1 });
    await world.store.append("run-1", { ...aFinish("done"), seq: 2, at: 2 });
    const port: Moving = { ...moving(), present: () => Promise.resolve(SURVEY.to) };
    return { world, ports: portsOf(world, ["fdo", "fdo"], "fdo", port) };
  }
  const back = { release: undefined, move: { back: true, keys: {} } };

  test("asks about every key that only the run store names, before anything is changed", async () => {
    const { world, ports } = await moved();
    const asked: string[] = [];
    const says = (question: string): Promise<boolean> => Promise.resolve(asked.push(question) < 0);
    expect((await attempt(world, back, { ports, says })).outcome).toBe("blocked");
    expect(asked).toEqual([
      "Only the run store names settingsSecretArn arn:old, installerUrl https://mirror/install. Build nodes from it?",
    ]);
    expect(world.of("run.failed").at(-1)).toMatchObject({ code: "IMAGE_NOT_VOUCHED" });
    expect(world.acts).toEqual([]);
  });

  test("is closed by an upgrade that has started a node", async () => {
    const { world, ports } = await moved();
    const at = { release: releaseOf(811), image: "ami-a" };
    const hops = [{ ...at, release: releaseOf("1.2.2") }];
    const plan: Plan = { schema: 2, stack: "test", from: at, hops, nodeCount: 2 };
    await world.store.create({ schema: 1, runId: "run-2", stack: "test", createdAt: 2, operator: "o@h", plan });
    await world.store.append("run-2", { event: "one.asked", hop: 0, templateVersion: 3, seq: 1, at: 2 });
    await world.store.append("run-2", { ...aFinish("done"), seq: 2, at: 3 });
    await attempt(world, back, { ports });
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "MOVE_IMPOSSIBLE",
      detail: expect.stringMatching(/^1\.2\.2 was started since \(run run-2\).*Replicated is closed$/) as string,
    });
    expect(world.acts).toEqual([]);
  });
});

test("a fleet that has moved is told so", async () => {
  const world = new World({ release: 811 });
  const { outcome } = await attempt(world, there, { ports: portsOf(world, ["fdo", "fdo"], "fdo") });
  expect(outcome).toBe("nothing-to-do");
});

test("the plan shows what is written, and no secret", async () => {
  const world = new World({ release: 811 });
  const port = moving({ problems: ["so that nothing is done"] });
  await attempt(world, there, { ports: portsOf(world, BOTH, "replicated", port) });
  const text = world.of("plan.made")[0]?.text.join("\n");
  expect(text).toContain("Move test: Replicated → Flexible Deployment Options, release stays v202503-1 (811)");
  expect(text).toContain("  - tfe:releaseSequence");
  expect(text).toContain("      TFE_CAPACITY_MEMORY: 512");
  expect(text).toContain("      TFE_ENCRYPTION_PASSWORD: ****** (enc_password)");
});

test("the way to a release of the other packaging has three parts, each with its command and its outage", async () => {
  const world = new World({ release: 692 });
  const seen = await observeFleet(portsOf(world, BOTH, "replicated"));
  const detour = planDetour({ stack: "test", release: releaseOf("1.2.2") }, seen, NO_HISTORY);
  expect(detour?.parts.map(({ command, hops }) => [command, hops])).toEqual([
    ["npm run upgrade -- --release v202503-1 --stack test", [776, 811].map(releaseOf)],
    ["npm run migrate -- --stack test", [releaseOf(811)]],
    ["npm run upgrade -- --release 1.2.2 --stack test", [releaseOf("1.2.2")]],
  ]);
  expect(detour?.text[0]).toBe("692 (v202304-1) → v202406-1 (776) → v202503-1 (811), then migrate, then → 1.2.2");
  expect(detour?.text).toContain("needs PostgreSQL 14 before 1.2.2");
});

describe("a move of a fleet whose nodes are prepared", () => {
  const policy = { ...DEFAULT_POLICY, prepare: { ...DEFAULT_POLICY.prepare, prewarm: 1 } };

  /** The plan of a move that something keeps from being made. */
  async function planned(request: { readonly prewarm?: number }): Promise<Plan | undefined> {
    const world = new World({ release: 811 });
    const ports = portsOf(world, BOTH, "replicated", moving({ problems: ["so that nothing is done"] }));
    await attempt(world, { ...there, ...request }, { ports, policy });
    return world.of("plan.made")[0]?.plan;
  }

  test("prepares them as an upgrade does", async () => {
    expect(await planned({})).toMatchObject({ prewarm: 1, move: { to: { packaging: "fdo" } } });
    expect(await planned({ prewarm: 0 })).not.toHaveProperty("prewarm");
  });

  test("asks them as nodes of the new packaging, which they are and the running ones are not", async () => {
    const { tfe, ...ports } = new World({ release: 811 }).ports();
    const asked: NodeAddress[] = [];
    const told: Ports = {
      ...ports,
      tfe: {
        ...tfe,
        preparation: (node) => Promise.resolve(void asked.push(node)).then(() => ({ phase: "preparing" })),
      },
    };
    const node = { id: "i-3", privateIp: "10.0.0.3", state: "running" } as const;
    const plan = (await planned({})) as Plan;
    await askPrepared({ ports: told, plan }, node);
    await askPrepared(
      { ports: told, plan: { stack: "test", schema: 2, from: plan.from, hops: plan.hops, nodeCount: 2 } },
      node,
    );
    expect(asked.map(({ packaging }) => packaging)).toEqual(["fdo", undefined]);
  });
});
