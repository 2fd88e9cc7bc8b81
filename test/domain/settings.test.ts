import { SETTINGS } from "../../orchestration/dialects/replicated/settings";
import { differing, drifted, lostWith, type PlainSettings } from "../../orchestration/domain/settings";
import { readableSettings } from "../support/settings";

const node = (now: PlainSettings, built: PlainSettings = {}, instanceId = "i-1") => ({
  instanceId,
  now: readableSettings(now, { plain: ["a", "b", "c", "key", "extra_setting"] }),
  built: readableSettings(built, { plain: ["a", "b", "c", "key", "extra_setting"] }),
});
const keys = (now: PlainSettings, built: PlainSettings = {}): string[] =>
  drifted([node(now, built)], SETTINGS).map(({ key }) => key);

describe("drift", () => {
  it.each<{ what: string; now: PlainSettings; built: PlainSettings }>([
    { what: "as built", now: { tls_vers: "tls_1_2" }, built: { tls_vers: "tls_1_2" } },
    { what: "not set, as built", now: { tls_vers: undefined }, built: {} },
    { what: "the application's own default", now: { capacity_memory: "512" }, built: {} },
    { what: "off, where the build says nothing", now: { force_tls: "0" }, built: {} },
    { what: "made up by the application", now: { root_secret: "9f3c" }, built: {} },
    { what: "built, but not known to this release", now: {}, built: { extra_setting: "1" } },
  ])("is not: $what", ({ now, built }) => {
    expect(keys(now, built)).toEqual([]);
  });

  it.each<{ what: string; now: PlainSettings; built: PlainSettings }>([
    { what: "another value than the built one", now: { key: "2" }, built: { key: "1" } },
    { what: "a value where the build has none", now: { key: "2" }, built: {} },
    { what: "a default that was set over the build's value", now: { key: "0" }, built: { key: "1" } },
    { what: "nothing where the build has a value", now: { key: undefined }, built: { key: "1" } },
    { what: "another value of what is made up where the build has one", now: { key: "b" }, built: { key: "a" } },
  ])("is: $what", ({ now, built }) => {
    expect(keys(now, built)).toEqual(["key"]);
  });

  it("is told of each node, by name", () => {
    const nodes = [node({ b: "1", a: "1" }), node({ b: "1" }, { b: "1" }, "i-2")];
    expect(drifted(nodes, SETTINGS)).toEqual([
      { key: "a", instanceId: "i-1" },
      { key: "b", instanceId: "i-1" },
    ]);
  });
});

describe("what the next build loses", () => {
  const nodes = [node({ key: "2" }, { key: "1" }), node({ key: "1" }, { key: "1" }, "i-2")];

  it.each<[string, PlainSettings, string[]]>([
    ["what the stack does not know", {}, ["i-1"]],
    ["what the stack has another value for", { key: "1" }, ["i-1"]],
    ["nothing that the stack has", { key: "2" }, []],
    ["nothing that is as built, whatever the stack will change", { key: "2", other: "3" }, []],
  ])("is %s", (_what, kept, ids) => {
    expect(lostWith(nodes, kept, SETTINGS).map(({ instanceId }) => instanceId)).toEqual(ids);
  });

  it("is not a value that was taken away, where the stack says so", () => {
    const cleared = [node({ key: undefined }, { key: "1" })];
    expect(lostWith(cleared, {}, SETTINGS)).toHaveLength(1);
    expect(lostWith(cleared, { key: "" }, SETTINGS)).toEqual([]);
  });
});

it("nodes differ in what one of them has otherwise, or not at all", () => {
  expect(differing([node({ a: "1", b: "1", c: "1" }), node({ a: "1", b: "2" })], SETTINGS)).toEqual(["b", "c"]);
  expect(differing([node({ a: "1" })], SETTINGS)).toEqual([]);
});
