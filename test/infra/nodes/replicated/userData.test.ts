import { spawnSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { parseConfig } from "../../../../infra/config/index";
import { encodeUserData, USER_DATA_LIMIT } from "../../../../infra/nodes/boot";
import { renderUserData, type UserDataArgs } from "../../../../infra/nodes/replicated/userData";
import { rawConfig, SECRET_ARNS } from "../../../support/stackConfig";

const render = (change: Parameters<typeof rawConfig>[0] = {}, args: Partial<UserDataArgs> = {}): string =>
  renderUserData({ ...parseConfig(rawConfig(change)), settingsSecretArn: SECRET_ARNS.settings, ...args });

const AIRGAP = {
  airgapPackageUrl: "s3://packages/tfe-642.airgap",
  airgapInstallerUrl: "https://mirror.example.com/replicated.tar.gz",
};

/** What stands between the delimiters, as anybody who reads a node's user data would find it. */
function heredoc(script: string, delimiter: string): unknown {
  const found = [...script.matchAll(new RegExp(`<<'${delimiter}'\n(.*?)\n${delimiter}\n`, "gs"))];
  expect(found).toHaveLength(1);
  return JSON.parse(found[0]?.[1] ?? "");
}

const isBash = (script: string): boolean => spawnSync("bash", ["-n"], { input: script }).status === 0;

describe("renderUserData", () => {
  it("pins the release with a JSON integer and imports the settings", () => {
    expect(heredoc(render({ hostname: "tfe.example.com:8443" }), "REPLICATED_CONF")).toEqual({
      ReleaseSequence: 642,
      DaemonAuthenticationType: "anonymous",
      TlsBootstrapType: "server-path",
      TlsBootstrapHostname: "tfe.example.com",
      TlsBootstrapCert: "/etc/tfe/tls.crt",
      TlsBootstrapKey: "/etc/tfe/tls.key",
      LicenseFileLocation: "/etc/tfe/license.rli",
      ImportSettingsFrom: "/etc/ptfe-settings.json",
      BypassPreflightChecks: true,
    });
  });

  it("leaves the release to the airgap package, even where the stack names it", () => {
    const conf = heredoc(render(AIRGAP), "REPLICATED_CONF");
    expect(conf).not.toHaveProperty("ReleaseSequence");
    expect(conf).toHaveProperty("LicenseBootstrapAirgapPackagePath", "/opt/tfe/package.airgap");
  });

  it("switches Active/Active on, with every setting a string under `value`", () => {
    expect(heredoc(render({ appConfig: '{"capacity_concurrency":10}' }), "APP_CONFIG")).toEqual({
      capacity_concurrency: { value: "10" },
      enable_active_active: { value: "1" },
      restrict_worker_metadata_access: { value: "1" },
    });
  });

  it("stops at the first failure", () => {
    expect(render().split("\n").slice(0, 2)).toEqual(["#!/usr/bin/env bash", "set -euo pipefail"]);
  });

  it("knows secrets by their ARNs only", () => {
    const named = render({ caBundleSecretArn: SECRET_ARNS.caBundle }).match(/arn:aws:secretsmanager:\S+(?=')/g);
    expect(named).toEqual(Object.values(SECRET_ARNS));
  });

  it.each([
    ["online", {}],
    ["with a proxy", { proxyUrl: "http://proxy.example.com:3128" }],
    ["airgapped", AIRGAP],
  ])("is bash: %s", (_, change) => {
    expect(isBash(render(change))).toBe(true);
  });

  it("stays bash, with its settings intact, whatever the values are", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "'",
        "';id;'",
        "$(id)",
        "`id`",
        "\nAPP_CONFIG\n",
        "\nREPLICATED_CONF\nrm -rf /\n",
        "\\'",
        '"',
        "\0",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (setting, value) => {
        const script = render({}, { appConfig: { setting }, proxyUrl: value, hostname: value, noProxy: [value] });
        expect(heredoc(script, "APP_CONFIG")).toMatchObject({ setting: { value: setting } });
        expect(isBash(script)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe("encodeUserData", () => {
  it("is gzip in base64", () => {
    const script = render();
    expect(gunzipSync(Buffer.from(encodeUserData(script), "base64")).toString()).toBe(script);
  });

  it("names neither time nor operating system, so that the same build is the same bytes for everybody", () => {
    const header = Buffer.from(encodeUserData(render()), "base64").subarray(0, 10);
    expect([...header.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    expect(header[9]).toBe(255);
  });

  it("leaves two thirds of EC2's limit to the settings", () => {
    expect(Buffer.from(encodeUserData(render()), "base64").length).toBeLessThan(USER_DATA_LIMIT / 3);
  });

  it("refuses what EC2 would refuse, and says what to do", () => {
    const incompressible = Array.from({ length: 20_000 }, (_, i) => ((i * 2654435761) >>> 7).toString(36)).join("");
    expect(() => encodeUserData(incompressible)).toThrow(
      /^User data is \d+ bytes after compression; EC2 takes 16384\. Move long values of tfe:appConfig or tfe:environment into the settings secret\.$/,
    );
  });
});
