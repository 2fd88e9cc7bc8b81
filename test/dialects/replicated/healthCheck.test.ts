import fc from "fast-check";
import { COMMAND, parseHealthCheck } from "../../../orchestration/dialects/replicated/healthCheck";
import { HEALTHY, STRAY_LINES, WITHOUT_REDIS } from "./outputs";

describe("parseHealthCheck", () => {
  it("names every check that passed", () => {
    expect(parseHealthCheck(HEALTHY, 0)).toEqual({
      passed: ["Archivist Health Check", "Terraform Enterprise Health Check", "Vault Server Health Check"],
      failed: [],
    });
  });

  it("takes `✗ ERROR` for a failure and keeps its words", () => {
    expect(parseHealthCheck(WITHOUT_REDIS, 1)).toEqual({
      passed: ["Archivist Health Check"],
      failed: [
        {
          name: "Terraform Enterprise Health Check",
          detail: "ERROR: http://atlas.ptfe:9292/_health_check?full did not return a healthy status, 500",
        },
        {
          name: "Terraform Enterprise Vault Health Check",
          detail: "ERROR: http://atlas.ptfe:9292/_health_check/_vault_token did not return a healthy status, 500",
        },
      ],
    });
  });

  it("reads the documented spelling, PASS and FAIL, as well", () => {
    expect(parseHealthCheck("Archivist Health Check: PASS\nVault Server Health Check: FAIL\n", 0)).toEqual({
      passed: ["Archivist Health Check"],
      failed: [{ name: "Vault Server Health Check", detail: "Vault Server Health Check: FAIL" }],
    });
    expect(parseHealthCheck("checking: Vault...\n|- FAIL\n", 0).failed).toEqual([{ name: "Vault", detail: "FAIL" }]);
  });

  it.each([
    ["nothing at all", "", 0, "no check reported PASS"],
    ["an error before any check", "Error response from daemon: No such container: replicated\n", 1, "exit status 1"],
    ["only the summary of success", "All checks passed.\n", 0, "no check reported PASS"],
    ["an exit status that contradicts the passes", HEALTHY, 2, "exit status 2"],
    [
      "a count of failures that names none",
      HEALTHY.replace("All checks passed.", "1 check failed."),
      0,
      "1 checks failed",
    ],
    [
      "the missing script of v202204",
      "sh: /root/ptfe-health-check: not found\r\n",
      127,
      "missing: sh: /root/ptfe-health-check: not found",
    ],
  ])("fails the command itself on %s", (_what, output, exitCode, detail) => {
    expect(parseHealthCheck(output, exitCode).failed).toEqual([{ name: COMMAND, detail }]);
  });

  it("fails a check that was begun and has no result", () => {
    const cut = HEALTHY.slice(0, HEALTHY.lastIndexOf("|- ✓"));
    expect(parseHealthCheck(cut, 0).failed).toEqual([{ name: "Vault Server Health Check", detail: "no result" }]);
  });

  it("never takes garbage for healthy", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 400 }),
        fc.integer({ min: 0, max: 255 }),
        (garbage, exitCode) => {
          fc.pre(!/✓|PASS/.test(garbage));
          expect(parseHealthCheck(garbage, exitCode).failed).not.toEqual([]);
        },
      ),
    );
  });

  it("gives the same verdict whatever noise, line ends and colours come with it", () => {
    const noise = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...STRAY_LINES)), { maxLength: 5 });
    const end = fc.constantFrom("\n", "\r\n", "\r\r\n");
    const colour = fc.constantFrom("", "\u001b[32m", "\u001b[1;31m", "\u001b[0K");
    fc.assert(
      fc.property(fc.constantFrom(HEALTHY, WITHOUT_REDIS), noise, end, colour, (output, strays, newline, escape) => {
        const said = output.split("\n").map((line) => `${escape}${line}\u001b[0m`);
        for (const [at, line] of strays) said.splice(at % (said.length + 1), 0, line);
        const exitCode = output === HEALTHY ? 0 : 1;
        expect(parseHealthCheck(said.join(newline), exitCode)).toEqual(parseHealthCheck(output, exitCode));
      }),
    );
  });
});
