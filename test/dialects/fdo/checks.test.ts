import { failedChecks, isFinal } from "../../../orchestration/dialects/fdo/startupChecks";
import { parseUpgradeCheck } from "../../../orchestration/dialects/fdo/upgradeCheck";

describe("failed startup checks", () => {
  const at = "2026-11-27T01:00:00.000Z";
  const passed = (name: string) => `${at} [INFO]  terraform-enterprise: check passed: name=${name} duration=10.05ms\n`;
  const failed = (name: string, err: string) =>
    `${at} [ERROR] terraform-enterprise: check failed: name=${name} duration="423.448µs" err="${err}"\n`;
  const summary = (...names: string[]) =>
    `${at} [ERROR] terraform-enterprise: the following startup checks failed: checks=[${names.map((name) => `"${name}"`).join(", ")}]\n` +
    `${at} [ERROR] terraform-enterprise: startup: error="startup checks failed"\n`;
  const LICENCE = { name: "license", reason: "failed parsing license: incorrectly formatted license" };

  it("are named with what they said", () => {
    const log =
      passed("database") + failed("license", LICENCE.reason) + failed("tls", "no bundle") + summary("license", "tls");
    expect(failedChecks(log)).toEqual([LICENCE, { name: "tls", reason: "no bundle" }]);
  });

  it("are known of the summary alone, where the log has lost the rest", () => {
    expect(failedChecks(summary("license"))).toEqual([{ name: "license", reason: "" }]);
  });

  it("stay in a crash loop, while the next attempt has not come to them", () => {
    const log = failed("license", LICENCE.reason) + summary("license") + passed("config") + passed("database");
    expect(failedChecks(log)).toEqual([LICENCE]);
  });

  it.each([
    ["a later attempt passed", failed("database", "refused") + summary("database") + passed("database")],
    ["it has started since", `${summary("upgrade")}${at} TFE is now ready to use. Happy Terraforming!\n`],
    ["it goes on all the same", `${at} check failed but ignored: name=tls err="x"\n${passed("license")}`],
    ["the attempt is not over", failed("license", "x")],
    ["nothing is said of them", `${at} listening\n`],
  ])("are none where %s", (_what, log) => {
    expect(failedChecks(log)).toEqual([]);
  });

  it("are found in lines of JSON", () => {
    const log = (failed("license", LICENCE.reason) + summary("license"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.stringify({ component: "terraform-enterprise", log: line }))
      .join("\n");
    expect(failedChecks(log)).toEqual([LICENCE]);
  });

  it("quote no secret", () => {
    const [check] = failedChecks(
      failed("database", "dial postgres://tfe:hunter22hunter22@db/tfe") + summary("database"),
    );
    expect(check?.reason).toContain("[secret]");
    expect(check?.reason).not.toContain("hunter22");
  });

  it("are final, but for two releases that were alive at once", () => {
    expect(isFinal(LICENCE)).toBe(true);
    expect(isFinal({ name: "upgrade", reason: "failed to meet upgrade requirements: missing required releases" })).toBe(
      true,
    );
    expect(isFinal({ name: "upgrade", reason: "found live nodes that run an incompatible version: 1.2.2" })).toBe(
      false,
    );
    expect(isFinal({ name: "database", reason: "live nodes" })).toBe(true);
  });
});

describe("the pre-upgrade check", () => {
  const said = (exitCode: number, ...output: string[]) =>
    parseUpgradeCheck(JSON.stringify({ exitCode, output: output.join("\n") }));
  const OK = "Status: OK | Time: 1.7s | Checks: 14 Passed, 0 Warning, 0 Failed";
  const BAD = "Status: ERROR | Time: 1.7s | Checks: 13 Passed, 0 Warning, 1 Failed";

  it("passes", () => {
    expect(said(0, "---", "✓ redis", "  ✓ connection", OK)).toEqual({ verdict: "passed", failures: [], warnings: [] });
  });

  it("names what failed once, with what is said of it", () => {
    const output = ["✗ database", "  ✗ version", "    PostgreSQL 13 is not supported", "  ✓ connection", "⚠ tls", BAD];
    expect(said(1, ...output)).toEqual({
      verdict: "failed",
      failures: ["database/version: PostgreSQL 13 is not supported"],
      warnings: ["tls"],
    });
  });

  it("fails where its status, its count and its marks disagree", () => {
    expect(said(0, BAD)).toEqual({ verdict: "failed", failures: ["1 checks failed"], warnings: [] });
    expect(said(0, "✗ tls", OK)?.verdict).toBe("failed");
    expect(said(1, OK)?.verdict).toBe("failed");
  });

  it.each([
    [0, "killed before its end"],
    [1, "exec format error"],
    [2, BAD],
    [124, OK],
    [125, "no such image"],
  ])("is no verdict by status %i and %j", (exitCode, output) => {
    expect(said(exitCode, output)?.verdict).toBe("could not run");
  });

  it("is not understood at all where the script did not end", () => {
    for (const raw of ["", "{}", '{"exitCode":"0","output":"x"}']) expect(parseUpgradeCheck(raw)).toBeUndefined();
  });
});
