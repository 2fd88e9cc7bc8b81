import { estate, type LabEstate, NO_JOBS, started } from "../estate";

const CHECKS = { intervalSeconds: 10, unhealthyThreshold: 3, healthyThreshold: 4 } as const;

function target(lab: LabEstate, index = 0) {
  const found = lab.targets().targets[index];
  if (!found) throw new Error("no such target");
  return found;
}

describe("health of targets", () => {
  test("initial until the first check; a node that boots does not answer, and is unhealthy", () => {
    const lab = estate({ timings: NO_JOBS, healthCheck: CHECKS });
    lab.pass(18);
    expect(target(lab)).toMatchObject({ state: "initial", reason: "Elb.RegistrationInProgress" });
    lab.pass(1);
    expect(target(lab)).toMatchObject({ state: "unhealthy", reason: "Target.Timeout" });
    lab.pass(30);
    expect(target(lab).reason).toBe("Target.FailedHealthChecks");
    lab.pass(220);
    expect(target(lab).reason).toBe("Target.ResponseCodeMismatch");
  });

  test("a target that failed pays threshold times interval after the node is up", () => {
    const lab = started({ timings: NO_JOBS, healthCheck: CHECKS });

    // Started at 360 s; checks at 369, 379, 389 and 399 s.
    expect(lab.until(() => target(lab).state === "healthy")).toBe(39);
  });

  test("a target registered when its node is up is healthy with its first check", () => {
    const lab = started({ timings: NO_JOBS, healthCheck: CHECKS, group: { targetGroupArns: [] } });
    lab.region.updateGroup("tfe", { targetGroupArns: [lab.targets().arn] });

    expect(lab.until(() => target(lab).state === "healthy")).toBe(1);
  });

  test("a healthy target is unhealthy after as many failures as the threshold says", () => {
    const lab = started({ timings: NO_JOBS, healthCheck: CHECKS });
    lab.until(() => target(lab).state === "healthy");
    lab.run(lab.member(), "replicatedctl app stop");
    lab.until(() => target(lab).failures === 1);
    expect(target(lab).state).toBe("healthy");

    expect(lab.until(() => target(lab).state === "unhealthy")).toBe(20);
  });

  test("checks ask the configured path for the configured status", () => {
    const lab = started({ timings: NO_JOBS, healthCheck: { ...CHECKS, path: "/", matcher: "302,404" } });
    lab.pass(60);
    expect(target(lab)).toMatchObject({ state: "unhealthy", reason: "Target.ResponseCodeMismatch" });

    lab.region.updateTargetGroup(lab.targets().arn, { healthCheck: { matcher: "200" } });
    lab.pass(40);
    expect(target(lab)).toMatchObject({ state: "healthy", reason: undefined });
  });

  test("a target group without a listener is not in use, and nothing is checked", () => {
    const lab = started({ timings: NO_JOBS, healthCheck: CHECKS });
    const [listener] = lab.region.state.listeners;
    lab.region.deleteListener(listener?.arn ?? "");
    lab.pass(60);

    expect(target(lab)).toMatchObject({ state: "unused", reason: "Target.NotInUse" });
    expect(lab.region.route(lab.targets().arn)).toBeUndefined();

    const [balancer] = lab.region.state.loadBalancers;
    lab.region.createListener({
      loadBalancerArn: balancer?.arn ?? "",
      port: 443,
      protocol: "HTTPS",
      targetGroupArn: lab.targets().arn,
    });
    lab.pass(0);
    expect(target(lab)).toMatchObject({ state: "initial", reason: "Elb.InitialHealthChecking", everFailed: false });
    expect(lab.until(() => target(lab).state === "healthy")).toBe(1);
  });

  test("the target of an instance that shuts down is out of use, and goes with it", () => {
    const lab = started({ timings: NO_JOBS, healthCheck: CHECKS });
    lab.region.suspendProcesses("tfe", undefined);
    lab.region.terminateInstances([lab.member().id]);
    lab.pass(0);
    expect(target(lab)).toMatchObject({ state: "unused", reason: "Target.InvalidState" });
    lab.pass(40);
    expect(lab.targets().targets).toEqual([]);
  });
});

describe("routing", () => {
  test("requests go round the healthy targets", () => {
    const lab = started({ timings: NO_JOBS, count: 2, healthCheck: CHECKS });
    lab.pass(60);
    const ids = [1, 2, 3, 4].map(() => lab.region.route(lab.targets().arn)?.id);
    const [one, other] = lab.members().map(({ id }) => id);

    expect(ids).toEqual([one, other, one, other]);
  });

  test("a target that is not healthy gets nothing while another is", () => {
    const lab = started({ timings: NO_JOBS, count: 2, healthCheck: CHECKS });
    lab.pass(60);
    lab.run(lab.member(0), "replicatedctl app stop");
    lab.pass(60);

    expect(lab.region.route(lab.targets().arn)?.id).toBe(lab.member(1).id);
    expect(lab.region.route(lab.targets().arn)?.id).toBe(lab.member(1).id);
  });

  test("with no healthy target it fails open", () => {
    const lab = estate({ timings: NO_JOBS, healthCheck: CHECKS });
    lab.pass(100);

    expect(lab.region.route(lab.targets().arn)).toBe(lab.member());
    expect(lab.region.answer(lab.member().id, "/_health_check")).toBeUndefined();
  });

  test("draining targets get nothing, and with none registered nobody answers", () => {
    const lab = started({ timings: NO_JOBS, deregistrationDelay: 300 });
    lab.scale(0);
    lab.pass(1);

    expect(target(lab).state).toBe("draining");
    expect(lab.region.route(lab.targets().arn)).toBeUndefined();
  });
});

describe("what a node answers", () => {
  test("nothing while it installs, 502 while it starts, then OK", () => {
    const lab = estate({ timings: NO_JOBS });
    const ask = (path: string) => lab.region.answer(lab.member().id, path);
    lab.pass(100);
    expect(ask("/_health_check")).toBeUndefined();
    lab.pass(160);
    expect(ask("/_health_check")?.status).toBe(502);
    lab.pass(100);
    expect(ask("/_health_check")).toEqual({ status: 200, body: "OK" });
    expect(ask("/_health_check?full=1")).toEqual({
      status: 200,
      body: '{"postgres":"UP","redis":"UP","vault":"UP"}',
    });
    expect(lab.region.answer("i-0", "/")).toBeUndefined();
  });

  test("a drained node answers as before; a stopped one does not", () => {
    const lab = started({ timings: NO_JOBS });
    lab.run(lab.member(), "replicated admin --no-tty node-drain");
    expect(lab.member().node.phase).toBe("drained");
    expect(lab.region.answer(lab.member().id, "/_health_check")?.status).toBe(200);

    lab.run(lab.member(), "replicatedctl app stop --attach");
    expect(lab.region.answer(lab.member().id, "/_health_check")).toBeUndefined();
  });
});
