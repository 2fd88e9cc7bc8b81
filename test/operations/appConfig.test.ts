import { captureSettings } from "../../orchestration/operations/appConfig/capture";
import { compareSettings } from "../../orchestration/operations/appConfig/compare";
import { getSettings } from "../../orchestration/operations/appConfig/get";
import { setOn } from "../../orchestration/operations/appConfig/set";
import { World } from "../fakes/world";
import { attempt, FENCED, OPENED } from "../support/attempt";
import { operationOn, perform } from "../support/operation";

const set = (world: World, key: string, value: string) =>
  perform(world, (seen) => setOn(seen, world.ports(), { key, value }));

const both = (world: World, settings: Record<string, string>): void => {
  for (const id of ["i-1", "i-2"]) world.tfe.settings.set(id, { capacity_concurrency: "10", ...settings });
};

describe("get", () => {
  const get = (world: World, key?: string, nodes?: readonly string[]) => getSettings(world.ports(), { key, nodes });

  it("gives what is set on each node, and of a secret a digest", async () => {
    const world = new World();
    world.tfe.settings.set("i-2", { capacity_concurrency: "20", redis_pass: "hunter2", tls_vers: undefined });
    const read = await get(world);
    expect(read).toMatchObject([
      { instanceId: "i-1", settings: { capacity_concurrency: { plain: "10" } } },
      {
        instanceId: "i-2",
        settings: {
          capacity_concurrency: { plain: "20" },
          redis_pass: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        },
      },
    ]);
    expect(JSON.stringify(read)).not.toContain("hunter2");
    expect((await get(world, undefined, ["i-2"])).map(({ instanceId }) => instanceId)).toEqual(["i-2"]);
  });

  it("reads one setting where one is asked for, set or not, and names the nearest of one that is none", async () => {
    const world = new World();
    const asked = jest.spyOn(world.tfe, "appConfig");
    expect(await get(world, "log_forwarding_enabled", ["i-1"])).toMatchObject([
      { instanceId: "i-1", settings: { log_forwarding_enabled: undefined } },
    ]);
    expect(asked.mock.calls.map(([, request]) => request?.keys)).toEqual([["log_forwarding_enabled"]]);
    await expect(get(world, "capacity_concurency")).rejects.toMatchObject({
      code: "SETTING_UNKNOWN",
      detail: "capacity_concurency on i-1; the nearest is capacity_concurrency",
    });
  });
});

describe("set", () => {
  it("sets each node when it has no work, and goes on when it is back", async () => {
    const world = new World();
    expect((await set(world, "capacity_concurrency", "20")).outcome).toBe("done");
    const ofNode = (id: string) => [
      `drain ${id}`,
      `set capacity_concurrency 20 on ${id}`,
      `deregister ${id}`,
      `stop ${id}`,
      `start ${id}`,
      `register ${id}`,
    ];
    expect(world.acts).toEqual([FENCED, ...ofNode("i-1"), ...ofNode("i-2"), OPENED]);
    expect(world.violations).toEqual([]);
  });

  it("leaves the second node its value when the first cannot live with the new one", async () => {
    const world = new World();
    world.once(
      "node.restarting",
      () => world.group.sicken("i-1"),
      ({ instanceId }) => instanceId === "i-1",
    );
    expect((await set(world, "capacity_concurrency", "9000")).outcome).toBe("halted");
    expect(world.acts.filter((act) => act.includes("i-2"))).toEqual([]);
    expect(await world.tfe.appConfig({ instanceId: "i-2", privateIp: "" })).toMatchObject({
      capacity_concurrency: { plain: "10" },
    });
    expect(world.of("run.failed")).toMatchObject([{ step: "app-config", code: "RESTART_TIMEOUT" }]);
  });

  it.each([
    {
      key: "capacity_concurency",
      value: "20",
      code: "SETTING_UNKNOWN",
      detail: /the nearest is capacity_concurrency$/,
    },
    { key: "redis_pass", value: "hunter2", code: "USAGE", detail: /^redis_pass is a secret.* settings secret/ },
    { key: "tls_vers", value: "https://a:hunter2@b", code: "USAGE", detail: /^tls_vers is a secret, or may hold one/ },
    { key: "enable_active_active", value: "0", code: "USAGE", detail: /must stay "1"/ },
    { key: "capacity_concurrency", value: "1\n2", code: "USAGE", detail: /on one line$/ },
  ])("refuses $key=$value before anything is touched, and repeats no value", async ({ key, value, code, detail }) => {
    const world = new World();
    const refusal: unknown = await set(world, key, value).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code, detail: expect.stringMatching(detail) as string });
    expect(String(refusal)).not.toContain("hunter2");
    expect(world.acts).toEqual([]);
  });

  it("takes a setting that it does not know for a secret, unless the stack's file has it", async () => {
    const world = new World();
    both(world, { new_setting: "on" });
    await expect(set(world, "new_setting", "off")).rejects.toMatchObject({
      code: "USAGE",
      detail: expect.stringMatching(
        /^new_setting is not among the settings that are known not to be secrets/,
      ) as string,
    });
    expect(world.acts).toEqual([]);
    world.stack.settings = { ...world.stack.settings, new_setting: "on" };
    expect((await set(world, "new_setting", "off")).outcome).toBe("done");
  });

  it("begins with the node that is not healthy, so that a bad value is taken back by the same command", async () => {
    const world = new World();
    world.group.sicken("i-2");
    world.once(
      "node.restarting",
      () => world.group.heal("i-2"),
      ({ instanceId }) => instanceId === "i-2",
    );
    expect((await set(world, "capacity_concurrency", "10")).outcome).toBe("done");
    expect(world.acts.filter((act) => act.startsWith("set"))).toEqual([
      "set capacity_concurrency 10 on i-2",
      "set capacity_concurrency 10 on i-1",
    ]);
  });
});

describe("diff", () => {
  it("finds nothing where all is as built", async () => {
    expect((await compareSettings(new World().ports())).differences).toEqual([]);
  });

  it("tells apart what differs between nodes, since the build, and from the stack", async () => {
    const world = new World();
    world.tfe.settings.set("i-1", { capacity_concurrency: "20" });
    world.stack.settings = { capacity_concurrency: "10", tls_vers: "tls_1_3" };
    const { differences } = await compareSettings(world.ports());
    expect(differences).toEqual([
      {
        key: "capacity_concurrency",
        nodes: { "i-1": { plain: "20" }, "i-2": { plain: "10" } },
        stack: "10",
        changedOn: ["i-1"],
        nodesDiffer: true,
        kept: false,
      },
      {
        key: "tls_vers",
        nodes: { "i-1": undefined, "i-2": undefined },
        stack: "tls_1_3",
        changedOn: [],
        nodesDiffer: false,
        kept: false,
      },
    ]);
  });
});

describe("capture", () => {
  it("keeps what the next build would lose, whoever changed it, and the upgrade passes", async () => {
    const world = new World();
    both(world, { capacity_concurrency: "20", capacity_memory: "1024" });
    expect((await attempt(world)).outcome).toBe("blocked");
    expect(await captureSettings([], operationOn(world))).toEqual({
      settings: { capacity_concurrency: "20", capacity_memory: "1024" },
      secrets: [],
    });
    expect(world.stack.settings).toEqual({ capacity_concurrency: "20", capacity_memory: "1024" });
    expect(await world.store.lease()).toBeUndefined();
    expect((await attempt(world)).outcome).toBe("done");
  });

  it("keeps only what is named", async () => {
    const world = new World();
    both(world, { capacity_concurrency: "20", capacity_memory: "1024" });
    await captureSettings(["capacity_memory"], operationOn(world));
    expect(world.stack.settings).toEqual({ capacity_concurrency: "10", capacity_memory: "1024" });
  });

  it("writes no secret into the stack, and says which it left out", async () => {
    const world = new World();
    both(world, { capacity_memory: "1024", redis_pass: "hunter2" });
    expect(await captureSettings([], operationOn(world))).toEqual({
      settings: { capacity_memory: "1024" },
      secrets: ["redis_pass"],
    });
    await expect(captureSettings(["redis_pass"], operationOn(world))).rejects.toMatchObject({
      code: "USAGE",
      detail: "redis_pass: secrets belong in the settings secret, not in the stack",
    });
    expect(JSON.stringify(world.stack.settings)).not.toContain("hunter2");
  });

  it("writes nothing where the nodes do not agree", async () => {
    const world = new World();
    world.tfe.settings.set("i-2", { capacity_concurrency: "20" });
    await expect(captureSettings([], operationOn(world))).rejects.toMatchObject({
      code: "USAGE",
      detail: "the nodes differ in capacity_concurrency: make them equal with `app-config set` first",
    });
    expect(world.stack.settings).toEqual({ capacity_concurrency: "10" });
    expect(await world.store.lease()).toBeUndefined();
  });

  it("is refused while a run is under way or unfinished: it builds from that file", async () => {
    const world = new World();
    both(world, { capacity_memory: "1024" });
    const lease = await world.store.acquire({ runId: "run-1", holder: "a@b", now: world.clock.now(), ttlMs: 60_000 });
    await expect(captureSettings([], operationOn(world))).rejects.toMatchObject({ code: "LEASE_HELD" });
    await world.store.release(lease);
    world.tfe.settings.clear();
    world.group.machine("i-2").stuck = true;
    expect((await attempt(world)).outcome).toBe("halted");
    await expect(captureSettings([], operationOn(world))).rejects.toMatchObject({ code: "RUN_UNFINISHED" });
  });
});
