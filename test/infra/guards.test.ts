import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type GuardOptions, refuseWhileHeld } from "../../infra/guards";
import { parseConfig } from "../../infra/config/index";
import { proofOf } from "../../infra/runs/leaseRecord";
import { type Setting, declare } from "../support/pulumi";
import { rawConfig } from "../support/stackConfig";

const SECRET = "0123456789abcdef-0123456789abcdef";

describe("refuseWhileHeld", () => {
  let projectRoot: string;
  beforeEach(() => {
    projectRoot = mkdtempSync(path.join(tmpdir(), "guards-"));
  });
  afterEach(() => {
    rmSync(projectRoot, { recursive: true });
  });

  function hold(runsDir: string, expiresAt = Date.now() + 60_000, stack = "test"): void {
    const lease = {
      schema: 1,
      token: 7,
      runId: "r1",
      holder: "alice@laptop",
      acquiredAt: 0,
      renewedAt: 0,
      expiresAt,
      proof: proofOf(SECRET),
    };
    mkdirSync(path.join(projectRoot, runsDir, stack), { recursive: true });
    writeFileSync(path.join(projectRoot, runsDir, stack, "lease.json"), JSON.stringify(lease));
  }

  interface Case extends Setting {
    readonly env?: NodeJS.ProcessEnv;
    readonly options?: Partial<GuardOptions>;
    readonly runStore?: string;
  }
  const guard = ({ env = {}, options = {}, runStore, ...setting }: Case = {}) =>
    declare(async () => {
      await refuseWhileHeld(parseConfig(rawConfig({ runStore })), { projectRoot, ...options }, env);
      return {};
    }, setting);

  it("lets an update of a free stack through", async () => {
    await expect(guard()).resolves.toBeDefined();
  });

  it("fails an update of a held stack with an error that the engine prints as it is", async () => {
    hold(".tfe-repave");
    await expect(guard()).rejects.toThrow(pulumi.RunError);
    await expect(guard()).rejects.toThrow("Stack test is held by run r1 of alice@laptop");
  });

  it("only warns in a preview", async () => {
    hold(".tfe-repave");
    const warn = jest.spyOn(console, "warn").mockImplementation();
    await expect(guard({ preview: true })).resolves.toBeDefined();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/Stack test is held by[^]*An update would be refused now/));
    warn.mockRestore();
  });

  it("lets the holder through, by environment or by parameter", async () => {
    hold(".tfe-repave");
    await expect(guard({ env: { TFE_REPAVE_FENCING_TOKEN: SECRET } })).resolves.toBeDefined();
    await expect(guard({ options: { fencingSecret: SECRET } })).resolves.toBeDefined();
    const both = { env: { TFE_REPAVE_FENCING_TOKEN: SECRET }, options: { fencingSecret: SECRET.replace("0", "1") } };
    await expect(guard(both)).rejects.toThrow("This earlier run");
  });

  it("refuses an update where a run stopped unfinished, and only warns of it in a preview", async () => {
    hold(".tfe-repave", Date.now() - 86_400_000);
    await expect(guard()).rejects.toThrow("npm run abort -- --stack test");
    const warn = jest.spyOn(console, "warn").mockImplementation();
    await expect(guard({ preview: true })).resolves.toBeDefined();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("is not finished"));
    warn.mockRestore();
  });

  it("looks where runs are kept: parameter, then the stack's runStore, and never where the environment says", async () => {
    hold("elsewhere");
    await expect(guard()).resolves.toBeDefined();
    const elsewhere = path.join(projectRoot, "elsewhere");
    await expect(guard({ options: { runsDir: elsewhere } })).rejects.toThrow("is held by");
    await expect(guard({ env: { TFE_REPAVE_RUNS_DIR: elsewhere } })).resolves.toBeDefined();
    await expect(guard({ runStore: "elsewhere" })).rejects.toThrow("is held by");
    await expect(guard({ runStore: "elsewhere", env: { TFE_REPAVE_RUNS_DIR: "/nowhere" } })).rejects.toThrow(
      "is held by",
    );
  });

  it("judges expiry on the clock of the run, which may be far ahead", async () => {
    const ahead = 365 * 86_400_000;
    const TFE_REPAVE_CLOCK = JSON.stringify({ speed: 30, realOrigin: Date.now(), labOrigin: Date.now() + ahead });
    const stack = "lab";
    hold(".tfe-repave", Date.now() + 60_000, stack);
    await expect(guard({ stack, env: { TFE_REPAVE_CLOCK } })).rejects.toThrow("is not finished");
    hold(".tfe-repave", Date.now() + ahead + 3_600_000, stack);
    await expect(guard({ stack, env: { TFE_REPAVE_CLOCK } })).rejects.toThrow("is held by");
  });

  it("refuses the lab's clock on any other stack: a lease that is alive would seem to have run out", async () => {
    const TFE_REPAVE_CLOCK = JSON.stringify({ speed: 30, realOrigin: 0, labOrigin: Date.now() + 86_400_000 });
    await expect(guard({ env: { TFE_REPAVE_CLOCK } })).rejects.toThrow("TFE_REPAVE_CLOCK is a lab's clock");
    await expect(guard({ env: { TFE_REPAVE_CLOCK: "" } })).resolves.toBeDefined();
  });

  it("fails closed where clock or token cannot be read", async () => {
    await expect(guard({ stack: "lab", env: { TFE_REPAVE_CLOCK: "fast" } })).rejects.toThrow(pulumi.RunError);
    await expect(guard({ env: { TFE_REPAVE_FENCING_TOKEN: "x" } })).rejects.toThrow(
      "TFE_REPAVE_FENCING_TOKEN is not the secret of a run",
    );
  });
});
