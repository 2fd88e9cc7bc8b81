import { type LabEstate, estate, NO_JOBS, script, started } from "../estate";

/** Replaces the estate's only node by one of another release, by way of zero. */
function repave(lab: LabEstate, release: number): void {
  lab.pin(script(release));
  lab.scale(0);
  lab.until(() => lab.members().length === 0);
  lab.scale(1);
  lab.until(() => ["started", "failed"].includes(lab.members()[0]?.node.phase ?? ""));
}

describe("the first start of a release", () => {
  test("a newer release migrates, a patched machine does not", () => {
    const lab = started({ text: script(610), timings: NO_JOBS });
    repave(lab, 642);
    expect(lab.phases(lab.member())).toHaveProperty("migrating");

    repave(lab, 642);
    expect(lab.phases(lab.member())).not.toHaveProperty("migrating");
    expect(lab.region.state.database).toMatchObject({ schemaRelease: 642, started: [610, 642] });
  });

  test("a required release that was passed over is named", () => {
    const lab = started({ text: script(619), timings: NO_JOBS });
    repave(lab, 776);

    expect(lab.member().node).toMatchObject({
      phase: "failed",
      error: "failed to meet upgrade requirements: missing required releases: v202207-2, v202304-1",
    });
    expect(lab.region.state.database).toMatchObject({ schemaRelease: 619, migrationLock: undefined });
  });

  test("each required release started, the way is free", () => {
    const lab = started({ text: script(619), timings: NO_JOBS });
    for (const release of [642, 692, 776, 811]) repave(lab, release);

    expect(lab.member().node).toMatchObject({ phase: "started", release: 811 });
    expect(lab.region.state.database.started).toEqual([619, 642, 692, 776, 811]);
  });

  test("a required release that was migrated to but never fully started is still missing", () => {
    const lab = started({ text: script(619), timings: NO_JOBS });
    lab.pin(script(642));
    lab.scale(0);
    lab.until(() => lab.members().length === 0);
    lab.scale(1);
    lab.until(() => lab.members()[0]?.node.phase === "starting");
    repave(lab, 692);

    expect(lab.member().node.error).toBe("failed to meet upgrade requirements: missing required releases: v202207-2");
  });

  test("an older release does not start on a newer schema", () => {
    const lab = started({ timings: NO_JOBS });
    repave(lab, 641);

    expect(lab.member().node).toMatchObject({
      phase: "failed",
      error: "database schema is newer than v202207-1: it was migrated by v202207-2 and must be rolled back",
    });
    expect(JSON.parse(lab.run(lab.member(), "replicatedctl app status").stdout)).toMatchObject([
      { State: "stopped", DesiredState: "started", Sequence: 641, IsTransitioning: false },
    ]);
  });

  test("v202404-2 starts on no node of several", () => {
    const lab = started({ text: script(760), timings: NO_JOBS });
    repave(lab, 764);
    expect(lab.member().node).toMatchObject({ phase: "failed", error: expect.stringContaining("redis") as string });
  });

  test("a node killed in its migration leaves the lock for an hour", () => {
    const lab = started({ text: script(619), timings: NO_JOBS, group: { healthCheckType: "EC2" } });
    lab.pin(script(642));
    lab.scale(0);
    lab.until(() => lab.members().length === 0);
    lab.scale(1);
    lab.until(() => lab.member().node.phase === "migrating");
    const lockedAt = lab.region.state.now;
    lab.region.terminateInstances([lab.member().id]);
    lab.until(() => lab.members().length === 1 && lab.member().node.phase === "migrating");
    expect(lab.member().node.phaseEndsAt).toBeUndefined();
    expect(lab.region.state.database.schemaRelease).toBe(619);

    lab.until(() => lab.member().node.phaseEndsAt !== undefined);
    expect(lab.region.state.now).toBe(lockedAt + 3_600_000);
    lab.pass(105);
    expect(lab.member().node.phase).toBe("started");
  });

  test("an application stopped in its migration waits for its own lock", () => {
    const lab = estate({ timings: NO_JOBS, group: { healthCheckType: "EC2" } });
    lab.until(() => lab.members()[0]?.node.phase === "migrating");
    const lockedAt = lab.region.state.now;
    lab.run(lab.member(), "replicatedctl app restart");
    lab.until(() => lab.member().node.phase === "starting");

    expect(lab.region.state.now).toBe(lockedAt + 3_600_000 + 60_000);
    expect(lab.region.verdict().violations).toEqual([
      `At 2026-01-05T08:04:15Z ${lab.member().id} had its application stopped while migrating.`,
    ]);
  });

  test("stop and start go on in the same release; a restart ends a drain", () => {
    const lab = started({ timings: NO_JOBS });
    const node = lab.member().node;
    lab.run(lab.member(), "replicated admin node-drain");
    lab.run(lab.member(), "replicatedctl app restart");
    expect([node.phase, lab.until(() => node.phase === "starting"), lab.until(() => node.phase === "started")]).toEqual(
      ["stopping", 19, 45],
    );

    lab.run(lab.member(), "replicatedctl app stop -a");
    expect(node.phase).toBe("stopped");
    lab.pass(600);
    expect(node.phase).toBe("stopped");
    lab.run(lab.member(), "replicatedctl app start --attach");
    expect(node.phase).toBe("started");
  });
});
