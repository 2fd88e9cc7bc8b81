import { healthReport } from "../../../lab/region/node/replicated/healthCheck";
import { releaseName } from "../../../lab/region/releases";
import { did, exists, faulty, NEW, newest, OLD, theFault, toOne } from "./support";

const HEALTH = "/usr/local/bin/replicated admin --no-tty health-check";
const STATUS = "/usr/local/bin/replicatedctl app status --output json";

describe("a new node", () => {
  test("without a fault starts, as a control of the others", () => {
    const lab = faulty([]);
    const node = toOne(lab);
    expect(lab.until(() => node.node.phase === "started")).toBe(360);
  });

  test("install-fails: the installer stops, and nothing answers", () => {
    const lab = faulty(["install-fails"]);
    const node = toOne(lab);
    expect(lab.until(() => node.node.phase === "failed")).toBe(255);
    expect(node.node.error).toContain("failed to pull image");
    expect(lab.region.answer(node.id, "/_health_check")).toBeUndefined();
    expect(did(lab, "install-fails")).toEqual(["i: the installer will stop"]);
  });

  test("wrong-release: the release that ran before boots, and says so itself", () => {
    const lab = faulty(["wrong-release"]);
    const node = toOne(lab);
    lab.until(() => node.node.phase === "started");
    expect(JSON.parse(lab.run(node, STATUS).stdout)).toMatchObject([{ Sequence: OLD, State: "started" }]);
    expect(did(lab, "wrong-release")).toEqual([`i: release ${OLD} was installed instead of ${NEW}`]);
  });

  test("wrong-release: another one on request", () => {
    const lab = faulty([{ fault: "wrong-release", release: 789 }]);
    const node = toOne(lab);
    lab.until(() => node.node.phase === "started");
    expect(node.node.release).toBe(789);
  });

  test("never-healthy: it stays starting, and the load balancer's target unhealthy", () => {
    const lab = faulty(["never-healthy"]);
    const node = toOne(lab);
    lab.pass(3 * 3600);
    expect(node.node.phase).toBe("starting");
    expect(lab.region.answer(node.id, "/_health_check")?.status).toBe(502);
    expect(lab.targets().targets).toMatchObject([{ instanceId: node.id, state: "unhealthy" }]);
  });

  test("never-healthy, for ten minutes: it starts ten minutes after its services began to", () => {
    const lab = faulty([{ fault: "never-healthy", for: 600 }]);
    const node = toOne(lab);
    expect(lab.until(() => node.node.phase === "started")).toBe(360 - 45 + 600);
  });

  test("never-healthy: only the first new node is concerned, and none of the old build", () => {
    const lab = faulty(["never-healthy"]);
    lab.scale(3);
    lab.until(() => lab.members().length === 3 && newest(lab).node.phase === "started");
    expect(theFault(lab, "never-healthy").status).toBe("waiting");
    const first = toOne(lab);
    lab.scale(2);
    lab.until(() => newest(lab) !== first && newest(lab).node.phase === "started");
    expect(first.node.phase).toBe("starting");
  });

  test("second-node-never-healthy: the first one starts, the second does not", () => {
    const lab = faulty(["second-node-never-healthy"]);
    const first = toOne(lab);
    lab.until(() => first.node.phase === "started");
    lab.scale(2);
    lab.pass(3600);
    expect(newest(lab)).not.toBe(first);
    expect([first.node.phase, newest(lab).node.phase]).toEqual(["started", "starting"]);
  });

  test("flapping: its answers alternate every fifteen seconds for ten minutes, then it is well", () => {
    const lab = faulty(["flapping"]);
    const node = toOne(lab);
    lab.until(() => node.node.phase === "started");
    const answers = [];
    for (let at = 0; at < 12; at += 1) {
      lab.pass(5);
      answers.push(lab.region.answer(node.id, "/_health_check")?.status);
    }
    expect(answers).toEqual([200, 200, 502, 502, 502, 200, 200, 200, 502, 502, 502, 200]);
    lab.pass(540);
    expect(theFault(lab, "flapping")).toMatchObject({ status: "ended", struck: 39 });
    lab.pass(600);
    expect(lab.region.answer(node.id, "/_health_check")?.status).toBe(200);
  });

  test("slow-migration: an hour of migrations, then it starts", () => {
    const lab = faulty(["slow-migration"]);
    const node = toOne(lab);
    expect(lab.until(() => node.node.phase === "started")).toBe(360 - 60 + 3600);
    expect(lab.region.state.database.schemaRelease).toBe(NEW);
  });

  test("migration-fails: the application says why, the schema is the old one, the lock is there", () => {
    const lab = faulty(["migration-fails"]);
    const node = toOne(lab);
    expect(lab.until(() => node.node.phase === "failed")).toBe(315);
    expect(lab.region.state.database).toMatchObject({
      schemaRelease: OLD,
      migrationLock: { instanceId: node.id },
    });
    expect(node.node.error).toMatch(`${releaseName(NEW) ?? ""}: PG::NotNullViolation`);
  });

  test("stale-migration-lock: the first new node waits until the lock's hour is over", () => {
    const lab = faulty(["stale-migration-lock"]);
    const old = lab.member().id;
    const node = toOne(lab);
    lab.pass(0);
    expect(lab.region.state.database.migrationLock?.instanceId).toBe(old);
    expect(lab.until(() => node.node.phase === "started")).toBe(3600 + 60 + 45);
  });

  test("health-check-garbage: no word of it is a check, and its status is 0", () => {
    const lab = faulty(["health-check-garbage"]);
    const node = toOne(lab);
    lab.until(() => node.node.phase === "started");
    const { exitCode, stdout } = lab.run(node, HEALTH);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("KeyError");
    expect(stdout).not.toMatch(/PASS|ERROR:|FAIL/);
    expect(healthReport(node).stdout).toContain("PASS");
  });

  test("health-check-garbage: the other nodes answer as ever", () => {
    const lab = faulty(["health-check-garbage"]);
    toOne(lab);
    lab.scale(2);
    lab.until(() => lab.members().filter(exists).length === 2 && newest(lab).node.phase === "started");
    expect(lab.run(newest(lab), HEALTH).stdout).toContain("PASS");
  });
});
