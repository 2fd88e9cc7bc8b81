import { DEFAULTS } from "../../../lab/region/defaults";
import { renderUserData } from "../../../infra/nodes/replicated/userData";
import { estate, NO_JOBS, script, started, userData } from "../estate";

describe("the life of a node", () => {
  test("it boots, installs, migrates an empty database and starts, each for its time", () => {
    const lab = estate({ timings: NO_JOBS });
    lab.pass(400);

    expect(lab.phases(lab.member())).toEqual({
      booting: 0,
      installing: 45,
      migrating: 255,
      starting: 315,
      started: 360,
    });
    expect(lab.region.state.database).toEqual({ schemaRelease: 642, started: [642], migrationLock: undefined });
  });

  test("EC2 says running before the operating system answers", () => {
    const lab = estate({ timings: NO_JOBS });
    lab.pass(20);
    const instance = lab.member();

    expect(instance.state).toBe("running");
    expect(() => lab.region.exec(instance.id, "true")).toThrow(
      expect.objectContaining({ code: "InvalidInstanceId" }) as Error,
    );
    lab.pass(25);
    expect(lab.run(instance, "true").exitCode).toBe(0);
  });

  test("a second node of the same release needs no migration", () => {
    const lab = started({ timings: NO_JOBS });
    const from = lab.seconds();
    lab.scale(2);
    lab.pass(310);

    expect(lab.phases(lab.member(1))).toEqual({
      booting: from,
      installing: from + 45,
      starting: from + 255,
      started: from + 300,
    });
  });

  test("two nodes on an empty database: one migrates, the other waits for its lock", () => {
    const lab = estate({ count: 2, timings: NO_JOBS });
    lab.pass(260);

    const lock = lab.region.state.database.migrationLock;
    expect(lock).toEqual({ instanceId: lab.member(0).id, expiresAt: DEFAULTS.now + (255 + 3600) * 1000 });
    expect(lab.member(1).node).toMatchObject({ phase: "migrating", phaseEndsAt: undefined });
    lab.pass(100);
    expect(lab.members().map(({ node }) => node.phase)).toEqual(["started", "started"]);
  });

  test("instances have EC2's marks and their template's, and lie in both zones", () => {
    const tags = [
      { key: "Name", value: "tfe", propagateAtLaunch: true },
      { key: "inner", value: "x", propagateAtLaunch: false },
    ];
    const lab = estate({ count: 2, group: { tags }, instanceTags: { stack: "lab" } });
    lab.pass(1);
    const [one, other] = lab.members();

    expect(one?.id).toMatch(/^i-0[0-9a-f]{16}$/);
    expect(one?.tags).toEqual({
      stack: "lab",
      Name: "tfe",
      "aws:autoscaling:groupName": "tfe",
      "aws:ec2launchtemplate:id": lab.templateId,
      "aws:ec2launchtemplate:version": "1",
    });
    expect([one?.zone, other?.zone]).toEqual(["eu-west-1a", "eu-west-1b"]);
    expect(one?.privateIp).toMatch(/^10\.0\.1\.\d+$/);
    expect(other?.privateIp).toMatch(/^10\.0\.2\.\d+$/);
  });
});

describe("what user data makes of a node", () => {
  function installed(text: string) {
    const lab = estate({ text, timings: NO_JOBS });
    lab.pass(300);
    return lab.member().node;
  }

  test("the release is pinned, settings come from the secret, overlaid with the script's own", () => {
    const node = installed(script(619, { capacity_concurrency: "3", hostname: "other.example" }));

    expect(node.release).toBe(619);
    expect(node.settings).toMatchObject({ capacity_concurrency: "3", hostname: "other.example", pg_dbname: "tfe" });
  });

  test("user data that is not zipped is read as well", () => {
    const lab = estate({ timings: NO_JOBS, group: { min: 0, desired: 0, max: 1 } });
    lab.region.createLaunchTemplateVersion(lab.templateId, {
      imageId: DEFAULTS.images.newest,
      instanceType: "m5.xlarge",
      userData: userData(script(654), false),
    });
    lab.region.updateGroup("tfe", { launchTemplateVersion: "$Latest", desired: 1 });
    lab.pass(100);

    expect(lab.member().node.release).toBe(654);
  });

  test("without a ReleaseSequence the newest release is installed", () => {
    expect(installed(script(undefined)).release).toBe(811);
  });

  test("a ReleaseSequence in quotes is no pin, and every admin command says so first", () => {
    const lab = started({ text: script(642).replace("642", '"642"'), timings: NO_JOBS });

    expect(lab.member().node.release).toBe(811);
    expect(lab.run(lab.member(), "replicated admin --no-tty list-nodes").stdout.split(/\r?\n/)[0]).toBe(
      "Error parsing config file: json: cannot unmarshal string into Go struct field Params.ReleaseSequence of type int",
    );
  });

  test("an airgap package decides the release, not the pin", () => {
    const text = script(642).replace('"LogLevel"', '"LicenseBootstrapAirgapPackagePath": "/opt/p.airgap", "LogLevel"');
    expect(installed(`${text}\ncurl -O https://mirror.example/tfe-v202304-1.airgap`).release).toBe(692);
  });

  test.each([
    ["a release that was withdrawn", script(763), "release sequence 763 is not available on channel Stable"],
    ["a secret that does not exist", script(642).replace("settings-A1b2C3", "gone-A1b2C3"), "gone-A1b2C3"],
    ["a broken configuration file", script(642).replace("{", ""), "/etc/replicated.conf is not a JSON object"],
  ])("%s leaves a node without an application", (_, text, error) => {
    const lab = estate({ text, timings: NO_JOBS });
    lab.pass(300);

    expect(lab.member().node.phase).toBe("failed");
    expect(lab.member().node.error).toContain(error);
    expect(lab.run(lab.member(), "replicatedctl app status").exitCode).toBe(127);
  });

  test("the node keeps the user data that it was launched with", () => {
    const lab = estate({ timings: NO_JOBS });
    lab.pass(1);
    lab.region.deleteLaunchTemplate(lab.templateId);
    lab.pass(299);

    expect(lab.member().node.release).toBe(642);
  });

  test("the stack's own user data is understood", () => {
    const text = renderUserData({
      releaseSequence: 692,
      hostname: "tfe.example.org:8443",
      settingsSecretArn: DEFAULTS.secrets.settings,
      licenseSecretArn: DEFAULTS.secrets.license,
      tlsCertificateSecretArn: DEFAULTS.secrets.tlsCertificate,
      tlsKeySecretArn: DEFAULTS.secrets.tlsKey,
      caBundleSecretArn: undefined,
      appConfig: { capacity_concurrency: "4" },
      proxyUrl: undefined,
      noProxy: [],
      installerUrl: "https://mirror.example/install.sh",
      airgapPackageUrl: undefined,
      airgapInstallerUrl: undefined,
    });
    const node = installed(text);

    expect(node).toMatchObject({ release: 692, error: undefined });
    expect(node.settings).toMatchObject({ capacity_concurrency: "4", s3_bucket: "tfe-lab-data" });
  });
});
