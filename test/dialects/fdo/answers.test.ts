import {
  parseBootFailure,
  parseDiagnosis,
  parseFetched,
  parseLicenceEnd,
  parseReadiness,
  parseUnit,
  parseVersion,
  parseVersionHeader,
  releaseOfImage,
} from "../../../orchestration/dialects/fdo/answers";
import { BUNDLES, nodeName } from "../../../orchestration/dialects/fdo/bundles";

describe("the release", () => {
  it.each([
    ["1.2.2\n", "1.2.2"],
    ["v202503-1\n", "v202503-1"],
    ["Terraform Enterprise v1.2.2 (built 2026-04-06)\n", "1.2.2"],
    ["1.2.2\n1.2.2\n", "1.2.2"],
    ["1.2.2\n2.0.0\n", undefined],
    ["9.9.9\n", undefined],
    ["tfc-agent 1.15.3\n", undefined],
    ["Error: unknown command", undefined],
    ["", undefined],
  ])("in %j is %s", (raw, release) => {
    expect(parseVersion(raw)).toBe(release);
  });

  it.each([
    ["images.releases.hashicorp.com/hashicorp/terraform-enterprise:1.2.2", "1.2.2"],
    ["registry:5000/tfe:v202406-1@sha256:0a", "v202406-1"],
    ["registry:5000/tfe@sha256:0a", undefined],
    ["registry:5000/tfe", undefined],
    ["registry/tfe:mine", undefined],
  ])("of the image %s is %s", (image, release) => {
    expect(releaseOfImage(image)).toBe(release);
  });

  it("is in one header", () => {
    expect(parseVersionHeader("HTTP/2 204\r\nX-TFE-Version: v202406-1\r\n\r\n")).toBe("v202406-1");
    expect(parseVersionHeader("HTTP/2 204\r\nx-tfe-current-version: 1.2.2\r\n\r\n")).toBeUndefined();
    expect(parseVersionHeader("x-tfe-version: v202406-1\nx-tfe-version: v202405-1\n")).toBeUndefined();
  });
});

describe("readiness", () => {
  const json = (status: string, ...bad: string[]) =>
    JSON.stringify({
      node: "84ebea16aab1",
      status,
      checks: ["archivist", "atlas", "database", "redis"].map((check) => ({
        check,
        status: bad.includes(check) ? "ERROR" : "OK",
      })),
    });

  it.each([
    ["all is well", `${json("OK")}\n200`, { status: 200, word: "OK", failing: [], isUp: true }],
    [
      "Redis is cut",
      `${json("ERROR", "archivist", "redis")}\n503`,
      { status: 503, word: "ERROR", failing: ["archivist", "redis"], isUp: true },
    ],
    ["it migrates", `${json("ERROR", "atlas")}\n503`, { status: 503, word: "ERROR", failing: ["atlas"], isUp: false }],
    ["it drains", `${json("DRAINING")}\n503`, { status: 503, word: "DRAINING", failing: [], isUp: true }],
    ["a bare word", "DRAINING\n503", { status: 503, word: "DRAINING", failing: [], isUp: true }],
    ["the old health check", '{"postgres":"UP"}\n200', { status: 200, failing: [], isUp: true }],
    ["a redirect", "<html>\n301", { status: 301, failing: [], isUp: false }],
    ["a path that is gone", "\n410", { status: 410, failing: [], isUp: false }],
    ["nothing", "\n000", { status: 0, failing: [], isUp: false }],
    ["no answer of curl", "garbage", undefined],
  ])("%s", (_what, raw, expected) => {
    expect(parseReadiness(raw)).toEqual(expected);
  });
});

describe("diagnostics", () => {
  const of = (...checks: unknown[]) => JSON.stringify([{ node: "a", status: "OK", checks }]);
  const group = (name: string, status: string, ...checks: unknown[]) => ({ group: name, status, checks });

  it.each([
    [
      "pass with a warning",
      of(group("redis", "WARNING", { name: "version", status: "WARNING" })),
      { checks: 1, failed: [] },
    ],
    [
      "name what failed",
      of(group("redis", "ERROR", { name: "connection", status: "ERROR" }, { name: "config", status: "OK" })),
      { checks: 2, failed: ["redis/connection"] },
    ],
    ["a group without checks", of(group("vault", "ERROR")), { checks: 1, failed: ["vault"] }],
    [
      "a group that failed though its checks did not",
      of(group("tls", "ERROR", { name: "ca_bundle", status: "OK" })),
      { checks: 2, failed: ["tls"] },
    ],
    [
      "a word that nobody knows",
      of(group("tls", "OK", { name: "a", status: "SKIPPED?" })),
      { checks: 1, failed: ["tls/a"] },
    ],
    [
      "a node that failed",
      JSON.stringify([{ node: "a", status: "ERROR", checks: [group("a", "OK")] }]),
      { checks: 1, failed: ["the node"] },
    ],
    ["no check", of(), undefined],
    ["no node", "[]", undefined],
    ["429", "Error: a diagnostics run is already in progress", undefined],
  ])("%s", (_what, raw, expected) => {
    expect(parseDiagnosis(raw)).toEqual(expected);
  });
});

it.each([
  ["License ID: 1\nExpiration Time: 2031-01-02T03:04:05Z\nTerminated: false", Date.UTC(2031, 0, 2, 3, 4, 5)],
  [
    '{"start_time":"2020-01-01T00:00:00Z","expiration_time":"2031-01-02T00:00:00.5Z","z":"2019-01-01"}',
    Date.UTC(2031, 0, 2, 0, 0, 0, 500),
  ],
  ["Expires: 2031-01-02", Date.UTC(2031, 0, 2)],
  ["Expires: 2031-01-02 03:04:05", Date.UTC(2031, 0, 2, 3, 4, 5)],
  ["Expires: 2031-01-02\nExpiry of a part: 2030-01-02", Date.UTC(2030, 0, 2)],
  ["Expires: never", "never"],
  ["Never issued\nExpires: soon", undefined],
  ["Issued: 2020-01-01", undefined],
])("the end of the licence in %j", (raw, end) => {
  expect(parseLicenceEnd(raw)).toBe(end);
});

it.each([
  ["LoadState=not-found\nActiveState=inactive\n", "absent"],
  ["LoadState=loaded\nActiveState=inactive\n", "stopped"],
  ["LoadState=loaded\nActiveState=active\n", "stopped"],
  ["LoadState=loaded\nActiveState=activating\n", "starting"],
  ["LoadState=loaded\nActiveState=deactivating\n", "stopping"],
  ["LoadState=loaded\nActiveState=failed\n", "failed"],
  ["LoadState=loaded\n", undefined],
])("a service %j is %s", (raw, state) => {
  expect(parseUnit(raw)).toBe(state);
});

it("the log of a first boot says why it gave up", () => {
  const log =
    "2026-11-27T01:00:00Z building tfe.example.com on 10.0.0.5\nError: manifest unknown\n" +
    "2026-11-27T01:01:00Z FAILED: the image could not be pulled: this node will not start Terraform Enterprise\n";
  expect(parseBootFailure(log)).toBe("the image could not be pulled: this node will not start Terraform Enterprise");
  expect(parseBootFailure("2026-11-27T01:00:00Z pull 1 of 5 failed\n")).toBeUndefined();
});

it("only a whole digest is one", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  expect(parseFetched(`warning\n{"digest":"${digest}","seconds":41}\n`)).toEqual({ digest, seconds: 41 });
  for (const raw of [
    `{"digest":"sha256:0","seconds":1}`,
    `{"digest":"${digest}"}`,
    `{"digest":"${digest}","seconds":-1}`,
  ])
    expect(parseFetched(raw)).toBeUndefined();
});

it("a bundle is its node's, by as much of the container's id as both show", () => {
  const id = "84ebea16aab1".padEnd(64, "0");
  for (const shown of [id, id.slice(0, 12)]) {
    const key = `support-bundles/2026-11-27T01:00:00Z/${shown}/${shown}-support-bundle-1764205200.tar.gz`;
    expect(BUNDLES.partsOf(key)).toEqual({ jobId: "2026-11-27T01:00:00Z", node: nodeName(id) });
  }
  for (const key of [
    "support-bundles/2026/../84ebea16aab1/84ebea16aab1-support-bundle-1.tar.gz",
    "support-bundles/2026/84ebea16aab1/.ssh/84ebea16aab1-support-bundle-1.tar.gz",
    "support-bundles/2026/10.0.1.1/replicated-support1.tar.gz",
    "support-bundles/2026/84ebea16aab1/84ebea16aab1-support-bundle-1.tar.gz\n",
  ])
    expect(BUNDLES.partsOf(key)).toBeUndefined();
});
