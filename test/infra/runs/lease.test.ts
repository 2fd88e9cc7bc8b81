import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LeaseRecord } from "../../../infra/contract";
import { CLOCK_ENV, clockScaleOf, timeOn } from "../../../infra/runs/clockScale";
import { proofOf } from "../../../infra/runs/leaseRecord";
import { objection, parseSecret } from "../../../infra/runs/lease";
import { scaledClock } from "../../../orchestration/adapters/machine/clock";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const SECRET = "0123456789abcdef-0123456789abcdef";
const OTHER = SECRET.replace("0", "1");
const LEASE: LeaseRecord = {
  schema: 1,
  token: 7,
  runId: "20260301-1150",
  holder: "alice@laptop",
  acquiredAt: NOW - 600_000,
  renewedAt: NOW - 5_000,
  expiresAt: NOW + 55_000,
  step: "scaleToZero",
  proof: proofOf(SECRET),
};

describe("objection", () => {
  let runsDir: string;
  beforeEach(() => {
    runsDir = mkdtempSync(path.join(tmpdir(), "lease-"));
  });
  afterEach(() => {
    rmSync(runsDir, { recursive: true });
  });

  function write(content: unknown): void {
    mkdirSync(path.join(runsDir, "prod"), { recursive: true });
    writeFileSync(
      path.join(runsDir, "prod", "lease.json"),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  }
  const ask = (fencingSecret?: string, now = NOW): Promise<string | undefined> =>
    objection({ stack: "prod", runs: { kind: "folder", dir: runsDir }, fencingSecret, now });

  it("is none where nobody ever held the stack", async () => {
    expect(await ask()).toBeUndefined();
  });

  it("says who holds the stack, since when, at which step, and what to do", async () => {
    write(LEASE);
    expect(await ask()).toBe(
      [
        "Stack prod is held by run 20260301-1150 of alice@laptop since 2026-03-01T11:50:00.000Z, at step scaleToZero. " +
          "Its lease expires at 2026-03-01T12:00:55.000Z and is renewed while the run is alive.",
        "Nothing was changed. Wait for the run to end:",
        "  npm run status -- --stack prod",
        "If its process is dead, resume the run:",
        "  npm run upgrade -- --stack prod --resume",
      ].join("\n"),
    );
  });

  it("is none for the run that holds it, even where its heartbeat is late", async () => {
    write(LEASE);
    expect(await ask(SECRET)).toBeUndefined();
    expect(await ask(SECRET, LEASE.expiresAt + 1)).toBeUndefined();
  });

  it("is there for another run", async () => {
    write(LEASE);
    expect(await ask(OTHER)).toContain("This earlier run must not change it");
  });

  it.each([
    ["the token of the lease", String(LEASE.token)],
    ["the digest that the lease keeps", proofOf(SECRET)],
    ["the whole lease", JSON.stringify(LEASE)],
  ])("is there for whoever knows %s: it is read by all who may read the store", async (_what, known) => {
    write(LEASE);
    expect(await ask(known)).toContain("must not change it");
  });

  it("is there for everybody where the lease keeps no digest: one of an earlier version, or a forged one", async () => {
    write({ ...LEASE, proof: undefined });
    expect(await ask(SECRET)).toContain("must not change it");
    expect(await ask("undefined")).toContain("must not change it");
  });

  it("ends with the lease of a command on the nodes, which leaves the stack as it is", async () => {
    const restart = { ...LEASE, runId: "op-restart-20260301-115000-k3f9", step: "restart" };
    write(restart);
    const held = await ask();
    expect(held).toContain("is held by run op-restart-20260301-115000-k3f9");
    expect(held).not.toContain("--resume");
    expect(await ask(undefined, LEASE.expiresAt + 1)).toBeUndefined();
  });

  it("does not end with the lease: the run stopped halfway, and says how to go on or back", async () => {
    write({ ...LEASE, expiresAt: NOW - 1 });
    const stopped = [
      "Run 20260301-1150 of alice@laptop stopped at step scaleToZero and is not finished. Nothing was changed.",
      "Resume it:",
      "  npm run upgrade -- --stack prod --resume",
      "or revert it:",
      "  npm run abort -- --stack prod",
    ].join("\n");
    expect(await ask()).toBe(stopped);
    expect(await ask(OTHER)).toContain("has taken over stack prod");
  });

  it("names no step where none was begun", async () => {
    write({ ...LEASE, step: undefined, expiresAt: NOW - 1 });
    expect(await ask()).toContain("stopped at step (none yet) and is not finished");
  });

  it("counts a lease as held up to and with the moment of expiry", async () => {
    write({ ...LEASE, expiresAt: NOW });
    expect(await ask()).toContain("is held by");
  });

  it("stops a run whose lease is gone: somebody else may have finished it", async () => {
    expect(await ask(SECRET)).toBe("This run no longer holds stack prod and must not change it. Nothing was changed.");
  });

  it.each([
    ["torn", '{"schema":1,"tok'],
    ["of a later version", { ...LEASE, schema: 2 }],
    ["empty", ""],
  ])("fails closed where the lease is %s, for its own run as well", async (_, content) => {
    write(content);
    expect(await ask()).toContain("The lease of stack prod cannot be read, so a run may be in progress");
    expect(await ask(SECRET)).toContain("cannot be read");
  });

  it("fails closed where the lease cannot be opened", async () => {
    mkdirSync(path.join(runsDir, "prod", "lease.json"), { recursive: true });
    expect(await ask()).toContain("cannot be read");
  });
});

describe("the clock of the runs", () => {
  it("is the machine's time unless a scale is given", () => {
    expect(timeOn(clockScaleOf({}), NOW)).toBe(NOW);
    expect(timeOn(clockScaleOf({ [CLOCK_ENV]: "" }), NOW)).toBe(NOW);
  });

  it("agrees with the orchestrator's clock on the same scale", () => {
    const scale = { speed: 30, realOrigin: Date.now() - 1000, labOrigin: NOW };
    const described = clockScaleOf({ [CLOCK_ENV]: JSON.stringify(scale) });
    expect(Math.abs(timeOn(described) - scaledClock(scale).now())).toBeLessThan(30 * 100);
    expect(timeOn(described, scale.realOrigin + 1000)).toBe(NOW + 30_000);
  });

  it("throws where the scale cannot be read", () => {
    expect(() => clockScaleOf({ [CLOCK_ENV]: "fast" })).toThrow();
    expect(() => clockScaleOf({ [CLOCK_ENV]: '{"speed":0,"realOrigin":0,"labOrigin":0}' })).toThrow();
  });
});

describe("parseSecret", () => {
  it("is long, or absent, and shown in no message", () => {
    expect(parseSecret(SECRET)).toBe(SECRET);
    expect(parseSecret(undefined)).toBeUndefined();
    expect(parseSecret("")).toBeUndefined();
    expect(() => parseSecret("12")).toThrow(/^TFE_REPAVE_FENCING_TOKEN is not the secret of a run$/);
  });
});
