import { resolve } from "node:path";
import * as fc from "fast-check";
import { below } from "../../../orchestration/adapters/machine/files";

describe("below", () => {
  it("joins names to a path below the root", () => {
    expect(below("/runs", "production", "run.json")).toBe("/runs/production/run.json");
    expect(below("runs", "a")).toBe(resolve("runs/a"));
    expect(below("/", "a")).toBe("/a");
  });

  it.each(["..", ".", "", "a/../..", "../runs-of-others", "a\0b"])("refuses %j", (name) => {
    expect(() => below("/runs", name)).toThrow("does not lie below /runs");
  });

  it("takes an absolute name as one below the root", () => {
    expect(below("/runs", "/etc/passwd")).toBe("/runs/etc/passwd");
  });

  it("never leads out of the root, whatever the names are", () => {
    const part = fc.oneof(fc.string(), fc.constantFrom("..", ".", "/", "../", ".:.", "\\..\\"));
    const names = fc.array(
      fc.array(part).map((parts) => parts.join("")),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(names, (words) => {
        let path: string;
        try {
          path = below("/root/folder", ...words);
        } catch {
          return;
        }
        expect(path.startsWith("/root/folder/")).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
