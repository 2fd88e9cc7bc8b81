import { proofOf } from "../../../infra/runs/leaseRecord";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { BuildRecord } from "../../../infra/contract";
import { parseConfig } from "../../../infra/config/index";
import { refuseWhileHeld } from "../../../infra/guards";
import { declare } from "../../support/pulumi";
import { CONTAINER, DIGEST, rawConfig } from "../../support/stackConfig";

const RECORD: BuildRecord = {
  schema: 1,
  number: 7,
  runId: "run-1",
  at: Date.UTC(2026, 10, 23),
  values: { releaseSequence: 692, image: "ami-0123456789abcdef0", activeTemplateVersion: 3, nodeCount: 2 },
};
/** The same as a stack's file. */
const FRESH = { releaseSequence: "692", activeTemplateVersion: "3", buildRecord: "7" };

const SECRET = "0123456789abcdef-0123456789abcdef";

describe("pulumi up", () => {
  let projectRoot: string;
  beforeEach(() => {
    projectRoot = mkdtempSync(path.join(tmpdir(), "build-"));
    keep(JSON.stringify(RECORD));
  });
  afterEach(() => {
    rmSync(projectRoot, { recursive: true });
  });

  function keep(content: string, name = "build.json"): void {
    const dir = path.join(projectRoot, ".tfe-repave", "test");
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }

  const up = (file: Record<string, string>, options: { preview?: boolean; fencingSecret?: string } = {}) =>
    declare(async () => {
      const { fencingSecret } = options;
      const token = fencingSecret === undefined ? {} : { fencingSecret };
      await refuseWhileHeld(parseConfig(rawConfig(file)), { projectRoot, ...token }, {});
      return {};
    }, options);

  it("is refused from a clone that is behind a run, with what it lacks and the way out", async () => {
    const failure = up({ releaseSequence: "642", activeTemplateVersion: "2", buildRecord: "4" });
    await expect(failure).rejects.toThrow(pulumi.RunError);
    // With one, Pulumi takes a quarter of a minute to say it.
    await expect(failure).rejects.not.toHaveProperty("stack");
    await expect(failure).rejects.toThrow(
      "Pulumi.test.yaml is behind what run run-1 wrote on 2026-11-23T00:00:00.000Z: releaseSequence 642 here, 692 there; " +
        "activeTemplateVersion 2 here, 3 there. Nothing was changed.\n" +
        "Get the newer file (`git pull`) or update this one, then run the same command again:\n" +
        "  npm run sync -- --stack test\n" +
        `If the stack was destroyed and is being rebuilt, remove ${path.join(projectRoot, ".tfe-repave/test/build.json")}.`,
    );
  });

  it("is refused where the tag, the digest or the path of the health check is behind", async () => {
    const values = {
      imageTag: "1.2.2",
      imageDigest: `1.2.2@${DIGEST}`,
      image: "ami-0123456789abcdef0",
      healthPath: "/api/v1/health/readiness",
    };
    keep(JSON.stringify({ ...RECORD, values }));
    const behind = { ...CONTAINER, imageTag: "1.1.4", buildRecord: "6" } as unknown as Record<string, string>;
    await expect(up(behind)).rejects.toThrow(
      "imageTag 1.1.4 here, 1.2.2 there; " +
        `imageDigest (none) here, 1.2.2@${DIGEST} there; healthPath (none) here, /api/v1/health/readiness there`,
    );
  });

  it("is refused by a record whose tag could be anything", async () => {
    keep(JSON.stringify({ ...RECORD, values: { imageTag: "1.2.2'; id" } }));
    await expect(up({})).rejects.toThrow("so this file may be behind");
  });

  it("is refused from a clone of before the first run", async () => {
    await expect(up({ releaseSequence: "692" })).rejects.toThrow("activeTemplateVersion (none) here, 3 there");
  });

  it("is refused where only the number of nodes is behind: that of a run that went on elsewhere", async () => {
    await expect(up({ ...FRESH, nodeCount: "1", buildRecord: "6" })).rejects.toThrow("nodeCount 1 here, 2 there");
  });

  it.each([
    ["the file that the run wrote", FRESH],
    ["another release staged in it", { ...FRESH, releaseSequence: "721" }],
    ["the image of before staged in it on purpose", { ...FRESH, image: "ami-0000000000000000a" }],
    ["another number of nodes in it", { ...FRESH, nodeCount: "1" }],
    ["the values without their number", { ...FRESH, buildRecord: "" }],
    ["the file of a run that another store knows", { ...FRESH, activeTemplateVersion: "4", buildRecord: "9" }],
  ])("goes on with %s", async (_, file) => {
    await expect(up(file)).resolves.toBeDefined();
  });

  it("warns in a preview, which changes nothing", async () => {
    await expect(up({}, { preview: true })).resolves.toBeDefined();
  });

  it("is the run's own affair on behalf of the run that holds the stack", async () => {
    const lease = {
      token: 3,
      proof: proofOf(SECRET),
      runId: "run-2",
      holder: "a@b",
      acquiredAt: 0,
      renewedAt: 0,
      expiresAt: Date.now() + 60_000,
    };
    keep(JSON.stringify({ schema: 1, ...lease }), "lease.json");
    await expect(up({}, { fencingSecret: SECRET })).resolves.toBeDefined();
  });

  it("is refused where the record cannot be read", async () => {
    keep("{");
    await expect(up(FRESH)).rejects.toThrow("so this file may be behind");
  });
});
