import { containerScript } from "../containerNodes";
import { estate, type LabEstate, giveJob, GROUP, NO_JOBS, script, started } from "../estate";

const NOTHING = {
  overlapSeconds: 0,
  lostJobs: 0,
  killedWhileBooting: 0,
  unansweredSeconds: 0,
  jobsFinished: 0,
  startedEarly: 0,
  secretsShown: 0,
  violations: [],
  interference: [],
};

describe("the witness", () => {
  const leaks = (run: (lab: LabEstate) => void) => {
    const lab = started({ count: 2, text: script(642), timings: NO_JOBS });
    run(lab);
    const { secretsShown, violations } = lab.region.verdict();
    return { secretsShown, violations };
  };

  test.each<[string, string, readonly string[]]>([
    ["cat /etc/ptfe-settings.json", "the output of a command", ["enc_password", "pg_password", "redis_pass"]],
    [
      "replicatedctl app-config export",
      "the output of a command",
      ["enc_password", "pg_password", "redis_pass", "backup_token"],
    ],
    ["echo lab-database-password", "a command", ["pg_password"]],
    [`echo ${Buffer.from("lab-database-password").toString("base64")}`, "a command", ["pg_password"]],
  ])("no secret leaves a node: %s", (command, where, names) => {
    const { violations } = leaks((lab) => lab.run(lab.member(), command));
    for (const name of names)
      expect(violations).toContainEqual(
        expect.stringMatching(new RegExp(`the secret ${name} of \\S+ was in ${where} on i-`)),
      );
  });

  test("no secret is in user data", () => {
    const { secretsShown } = leaks((lab) => lab.pin(script(642, { tls_ciphers: "lab-redis-password" })));
    expect(secretsShown).toBe(1);
  });

  test("what says nothing of a secret is no leak", () => {
    const { secretsShown, violations } = leaks((lab) => {
      for (const command of ["replicatedctl license inspect", "docker ps", "cat /etc/replicated.conf"])
        lab.run(lab.member(), command);
    });
    expect({ secretsShown, violations }).toEqual({ secretsShown: 0, violations: [] });
  });

  test("a repave by way of zero is without reproach", () => {
    const lab = started({ count: 2, text: script(619), timings: NO_JOBS });
    lab.pin(script(642));
    for (const instance of lab.members()) lab.run(instance, "replicated admin --no-tty node-drain");
    lab.scale(0);
    lab.until(() => lab.members().length === 0);
    lab.scale(1);
    lab.until(() => lab.member().node.phase === "started");
    lab.scale(2);
    lab.until(() => lab.members().every(({ node }) => node.phase === "started"));

    expect(lab.region.verdict()).toEqual(NOTHING);
  });

  test("two releases at a time: exact seconds, and one sentence for each time", () => {
    const lab = started({ text: script(619), timings: NO_JOBS });
    const old = lab.member();
    lab.pin(script(642));
    lab.scale(2);
    lab.until(() => lab.members().length === 2 && lab.member(1).node.phase === "migrating");
    lab.pass(30.25);
    lab.region.terminateInstances([old.id]);
    lab.pass(300);

    // It ends only when the old machine is terminated, not when it is told to go.
    expect(lab.region.verdict()).toMatchObject({
      overlapSeconds: 70.25,
      violations: [
        `At 2026-01-05T08:10:15Z applications of two releases run at the same time: release 619 on ${old.id}, release 642 on ${lab.member().id}.`,
      ],
    });
  });

  test("one release in two packagings is two applications", () => {
    const lab = started({ text: script(811), timings: NO_JOBS });
    lab.pin(containerScript("v202503-1"));
    lab.scale(2);
    lab.until(() => lab.members().length === 2 && lab.member(1).node.phase === "started");
    expect(lab.region.verdict().overlapSeconds).toBeGreaterThan(0);
    expect(lab.region.verdict().violations).toEqual([
      expect.stringMatching(/release 811 on i-\w+, release 811 in a container on i-\w+\.$/),
    ]);
  });

  test("the new application starting while the old machine still shuts down is an overlap", () => {
    const lab = started({ text: script(619), timings: { ...NO_JOBS, terminate: 400_000 } });
    lab.pin(script(642));
    lab.region.terminateInstances([lab.member().id]);
    lab.until(() => lab.members().length === 1);

    // The replacement migrates 255 s after its launch; the old machine is gone after 400 s.
    expect(lab.region.verdict().overlapSeconds).toBe(145);
  });

  test("a machine of another release that only installs overlaps nothing", () => {
    const lab = started({ text: script(619), timings: NO_JOBS });
    lab.pin(script(642));
    lab.scale(2);
    lab.pass(250);

    expect(lab.member(1).node.phase).toBe("installing");
    expect(lab.region.verdict()).toEqual(NOTHING);
  });

  test("the same seconds of overlap, however finely the clock moves", () => {
    const overlap = (step: number) => {
      const lab = started({ text: script(619), timings: NO_JOBS });
      lab.pin(script(642));
      lab.scale(2);
      for (let passed = 0; passed < 600; passed += step) lab.pass(step);
      return lab.region.verdict().overlapSeconds;
    };

    expect(overlap(0.25)).toBe(345);
    expect(overlap(600)).toBe(345);
  });

  test("jobs on a node that is terminated are lost", () => {
    const lab = started({ timings: NO_JOBS });
    giveJob(lab.region.state, lab.member(), 600);
    giveJob(lab.region.state, lab.member(), 600);
    lab.scale(0);
    lab.pass(10);

    expect(lab.region.verdict()).toEqual({
      ...NOTHING,
      lostJobs: 2,
      violations: [`At 2026-01-05T08:06:10Z ${lab.member().id} was terminated with 2 jobs running.`],
    });
    lab.pass(1000);
    expect(lab.region.verdict().jobsFinished).toBe(0);
  });

  test("jobs on a node whose application is stopped are lost", () => {
    const lab = started({ timings: NO_JOBS });
    giveJob(lab.region.state, lab.member(), 600);
    lab.run(lab.member(), "replicatedctl app stop");

    expect(lab.region.verdict()).toEqual({
      ...NOTHING,
      lostJobs: 1,
      violations: [`At 2026-01-05T08:06:00Z ${lab.member().id} had its application stopped with 1 job running.`],
    });
  });

  test.each([
    [10, "booting"],
    [100, "installing"],
    [260, "migrating"],
    [330, "starting"],
  ])("a node terminated after %i s was killed while %s", (seconds, phase) => {
    const lab = estate({ timings: NO_JOBS });
    lab.pass(seconds);
    lab.region.suspendProcesses(GROUP, undefined);
    lab.region.terminateInstances([lab.member().id]);

    expect(lab.region.verdict()).toMatchObject({
      killedWhileBooting: 1,
      violations: [expect.stringMatching(new RegExp(`was terminated while ${phase}\\.$`))],
    });
  });

  test("a node that failed or was stopped may be terminated", () => {
    const lab = started({ timings: NO_JOBS });
    lab.run(lab.member(), "replicatedctl app stop -a");
    lab.scale(0);
    lab.until(() => lab.members().length === 0);

    expect(lab.region.verdict()).toEqual(NOTHING);
  });

  test("seconds without an answer count from the first answer on", () => {
    const { region } = estate();
    for (const answered of [false, false, true, false, true, false, false]) region.observeTraffic(answered);

    expect(region.verdict().unansweredSeconds).toBe(3);
  });
});
