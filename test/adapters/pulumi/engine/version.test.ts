import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SemVer } from "semver";
import { GO_MINIMUM } from "../../../../orchestration/adapters/pulumi/engine/goBuild";
import {
  ENGINE_VERSION,
  newEnough,
  parseVersion,
  versionOf,
} from "../../../../orchestration/adapters/pulumi/engine/version";
import { createSandbox, writePulumi, writeScript } from "./fakes";

describe("the engine's version", () => {
  it.each([
    ["v3.259.0\n", "3.259.0"],
    ["3.205.1", "3.205.1"],
    ["v3.260.0-alpha.xabc", "3.260.0-alpha.xabc"],
    ["pulumi 3.259.0", undefined],
    ["", undefined],
  ])("reads %j as %j", (printed, expected) => {
    expect(parseVersion(printed)?.version).toBe(expected);
  });

  it.each([
    ["3.204.9", false],
    ["3.205.0", true],
    ["3.205.0-dev.1", true],
    ["3.300.0", true],
    ["4.0.0", false],
    ["2.400.0", false],
  ])("%s may be driven: %s", (version, expected) => {
    expect(newEnough(new SemVer(version))).toBe(expected);
  });

  it("is the one that the pinned Go module names, and the oldest Go is what both modules ask for", () => {
    const go = join(__dirname, "../../../../orchestration/adapters/pulumi/engine/go");
    const cli = readFileSync(join(go, "cli", "go.mod"), "utf8");
    const host = readFileSync(join(go, "language-nodejs", "go.mod"), "utf8");
    expect(cli).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}\n`);
    expect([cli, host].map((text) => /^go (.+)$/m.exec(text)?.[1])).toEqual([GO_MINIMUM, GO_MINIMUM]);
  });

  it("is asked from the executable, and one that fails or babbles has none", async () => {
    const sandbox = createSandbox();
    try {
      const at = (name: string) => join(sandbox.path, name);
      writePulumi(at("good"), "v3.210.0");
      writeScript(at("fails"), "echo v3.210.0; exit 3");
      writeScript(at("babbles"), "echo hello");
      const asked = ["good", "fails", "babbles", "absent"].map((name) => versionOf(at(name), sandbox.machine.env));
      expect((await Promise.all(asked)).map((version) => version?.version)).toEqual([
        "3.210.0",
        undefined,
        undefined,
        undefined,
      ]);
    } finally {
      sandbox.remove();
    }
  });
});
