import { differences, inWordsOf } from "../../../lab/provider/diff";
import { decode, encode } from "../../../lab/provider/marshal";
import { formatPath, parsePath, withValueAt } from "../../../lab/provider/value";
import { secret } from "./support";

describe("paths as the engine writes them", () => {
  it.each([
    ["launchTemplate.version", ["launchTemplate", "version"]],
    ["vpcZoneIdentifiers[1]", ["vpcZoneIdentifiers", 1]],
    ['tags["tfe-repave:stack"]', ["tags", "tfe-repave:stack"]],
    ["tagSpecifications[0].tags.Name", ["tagSpecifications", 0, "tags", "Name"]],
  ])("%s reads and writes", (text, path) => {
    expect(parsePath(text)).toEqual(path);
    expect(formatPath(path)).toBe(text);
  });

  it("a value changes in its place, and nothing appears where there was no place", () => {
    expect(withValueAt({ a: [{ b: 1 }, 2] }, ["a", 0, "b"], 3)).toEqual({ a: [{ b: 3 }, 2] });
    expect(withValueAt({ a: 1 }, ["b", "c"], 3)).toEqual({ a: 1 });
  });
});

describe("secrets", () => {
  it("come in unwrapped and go out wrapped in their places", () => {
    const struct = encode({ plain: 1, environment: { TOKEN: "t", HOME: "/" } }, [["environment", "TOKEN"]]);
    expect(struct.toJavaScript()).toEqual({ plain: 1, environment: { TOKEN: secret("t"), HOME: "/" } });
    const { props, secrets } = decode(struct);
    expect(props).toEqual({ plain: 1, environment: { TOKEN: "t", HOME: "/" } });
    expect(secrets).toEqual([["environment", "TOKEN"]]);
  });

  it("whose place is gone make what is above it secret", () => {
    const struct = encode({ environment: { HOME: "/" } }, [
      ["environment", "TOKEN"],
      ["other", "PLACE"],
    ]);
    expect(struct.toJavaScript()).toEqual({ environment: secret({ HOME: "/" }) });
  });

  it("that hold secrets are wrapped once", () => {
    expect(encode({ a: { b: 1 } }, [["a"], ["a", "b"]]).toJavaScript()).toEqual({ a: secret({ b: 1 }) });
  });
});

describe("differences", () => {
  const fields = {
    size: {},
    subnets: { set: true },
    policy: { json: true },
    filledIn: { computed: true },
    template: { completes: ["name"] },
    kind: { replaces: true },
  } as const;

  const found = (state: object, inputs: object): [string, string, boolean][] =>
    differences(fields, { ...state }, { ...inputs }).map((each) => [each.path, each.kind, each.replaces]);

  it.each([
    ["the same", { size: 1 }, { size: 1 }, []],
    ["a zero value against nothing", { size: 0 }, {}, []],
    ["another value", { size: 1 }, { size: 2 }, [["size", "update", false]]],
    ["a new value", {}, { size: 2 }, [["size", "add", false]]],
    ["a value left out", { size: 1 }, {}, [["size", "delete", false]]],
    ["a value that the world fills in, left out", { filledIn: 1 }, {}, []],
    ["a set in another order", { subnets: ["a", "b"] }, { subnets: ["b", "a"] }, []],
    ["an element of a set", { subnets: ["a", "b"] }, { subnets: ["a", "c"] }, [["subnets[1]", "update", false]]],
    ["one element less", { subnets: ["a", "b"] }, { subnets: ["b"] }, [["subnets[0]", "delete", false]]],
    ["one element more", { subnets: ["a"] }, { subnets: ["b", "a"] }, [["subnets[0]", "add", false]]],
    ["the same policy in other words", { policy: '{"a":1,"b":[]}' }, { policy: '{ "b": [], "a": 1 }' }, []],
    ["another policy", { policy: '{"a":1}' }, { policy: '{"a":2}' }, [["policy", "update", false]]],
    ["a key that the world completes", { template: { id: "x", name: "n" } }, { template: { id: "x" } }, []],
    ["a place in an object", { template: { id: "x" } }, { template: { id: "y" } }, [["template.id", "update", false]]],
    ["what cannot change", { kind: "a" }, { kind: "b" }, [["kind", "update", true]]],
  ])("%s", (_title, state, inputs, expected) => {
    expect(found(state, inputs)).toEqual(expected);
  });

  it("a refresh keeps the program's words where they mean the same", () => {
    expect(inWordsOf({ set: true }, ["b", "a"], ["a", "b"])).toEqual(["b", "a"]);
    expect(inWordsOf({ json: true }, '{ "a": 1 }', '{"a":1}')).toBe('{ "a": 1 }');
    expect(inWordsOf({ completes: ["name"] }, { id: "x" }, { id: "y", name: "n" })).toEqual({ id: "y" });
    expect(inWordsOf({ set: true }, ["a"], ["a", "b"])).toEqual(["a", "b"]);
  });
});
