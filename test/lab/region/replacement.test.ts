import { estate, type LabEstate, type EstateOptions, GROUP, NO_JOBS, started } from "../estate";

const CHECKS = { intervalSeconds: 10, unhealthyThreshold: 3, healthyThreshold: 2 } as const;

function serving(options: EstateOptions = {}): LabEstate {
  const lab = started({ timings: NO_JOBS, healthCheck: CHECKS, group: { healthCheckGracePeriod: 600 }, ...options });
  lab.until(() => lab.targets().targets.every(({ state }) => state === "healthy"));
  return lab;
}

function stopApplication(lab: LabEstate): void {
  lab.run(lab.member(), "replicatedctl app stop");
}

describe("replacement of instances", () => {
  test("an unhealthy target costs its instance, but not before the grace period is over", () => {
    const lab = serving();
    const instance = lab.member();
    stopApplication(lab);
    lab.until(() => lab.targets().targets[0]?.state === "unhealthy");
    expect(instance.asgHealth).toBe("Healthy");

    lab.until(() => instance.asgHealth === "Unhealthy");
    expect(lab.region.state.now).toBe((instance.inServiceAt ?? 0) + 600_000);
    lab.pass(0);
    expect(instance.lifecycle).toBe("Terminating");
    const [, terminating, launching] = lab.region.state.groups[0]?.activities ?? [];
    expect(terminating?.cause).toBe(
      "At 2026-01-05T08:10:18Z an instance was taken out of service in response to an ELB system health check failure.",
    );
    expect(launching?.cause).toBe(
      "At 2026-01-05T08:10:18Z an instance was launched in response to an unhealthy instance needing to be replaced.",
    );
  });

  test.each(["HealthCheck", "ReplaceUnhealthy"])("suspended %s leaves an unhealthy instance alone", (process) => {
    const lab = serving();
    const instance = lab.member();
    lab.region.suspendProcesses(GROUP, [process]);
    stopApplication(lab);
    lab.pass(3600);

    expect(lab.members()).toEqual([instance]);
    expect(instance.asgHealth).toBe(process === "HealthCheck" ? "Healthy" : "Unhealthy");
    lab.region.resumeProcesses(GROUP, [process]);
    lab.pass(0);
    expect(instance.lifecycle).toBe("Terminating");
  });

  test("suspended Launch does not save an unhealthy instance", () => {
    const lab = serving();
    lab.region.suspendProcesses(GROUP, ["Launch"]);
    stopApplication(lab);
    lab.pass(3600);

    expect(lab.members()).toEqual([]);
  });

  test("a group with EC2 checks keeps an instance whose target is unhealthy", () => {
    const lab = serving({ group: { healthCheckType: "EC2", healthCheckGracePeriod: 0 } });
    stopApplication(lab);
    lab.pass(3600);

    expect(lab.member()).toMatchObject({ lifecycle: "InService", asgHealth: "Healthy" });
  });

  test("without a grace period a node that boots is killed as soon as its target is unhealthy", () => {
    const lab = estate({ timings: NO_JOBS, healthCheck: CHECKS, group: { healthCheckGracePeriod: 0 } });
    lab.pass(60);

    expect(lab.region.verdict().killedWhileBooting).toBeGreaterThan(0);
    expect(lab.region.verdict().violations[0]).toMatch(
      /^At 2026-01-05T08:00:29Z i-\w+ was terminated while booting\.$/,
    );
  });

  test("an instance that somebody terminated is replaced at once", () => {
    const lab = serving();
    const instance = lab.member();
    lab.region.terminateInstances([instance.id]);
    lab.pass(0);

    expect(instance.lifecycle).toBe("Terminating");
    expect(lab.members()).toHaveLength(2);
    expect(lab.region.state.groups[0]?.activities[1]?.cause).toMatch(
      /an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped\.$/,
    );
    lab.until(() => lab.members().length === 1);
    expect(lab.member().id).not.toBe(instance.id);
  });

  test("a group that does not look goes on listing an instance that is gone", () => {
    const lab = serving();
    lab.region.suspendProcesses(GROUP, ["HealthCheck"]);
    lab.region.terminateInstances([lab.member().id]);
    lab.pass(7200);

    expect(lab.member()).toMatchObject({ state: "terminated", lifecycle: "InService" });
    lab.scale(0);
    lab.pass(0);
    expect(lab.members()).toEqual([]);
  });

  test("an instance terminated before it was in service is launched anew", () => {
    const lab = estate({ timings: NO_JOBS });
    lab.pass(5);
    lab.region.terminateInstances([lab.member().id]);
    lab.pass(120);

    expect(lab.region.state.groups[0]?.activities[0]?.status).toBe("Failed");
    expect(lab.member().lifecycle).toBe("InService");
  });
});
