import { addFaults, checkFaults } from "../../../lab/faults";
import { DEFAULTS } from "../../../lab/region/defaults";
import type { Instance } from "../../../lab/region/model";
import { parseRelease, type Release } from "../../../orchestration/domain/release";
import { FDO } from "../../../orchestration/dialects/fdo";
import type { Tfe } from "../../../orchestration/ports/tfe";
import { describeTfeContract, type TfeSubject } from "../../contract/tfe";
import { FakeClock } from "../../fakes/clock";
import { containerLab, containerScript, HOST, repaveTo } from "../../lab/containerNodes";
import { giveJob, type LabEstate } from "../../lab/estate";
import { regionShell } from "../../lab/regionShell";

type Runtime = "docker" | "podman";

const release = (name: string): Release => parseRelease(name) ?? ("" as Release);

function dialect({ region }: LabEstate, runtime: Runtime = "docker"): { tfe: Tfe; clock: FakeClock } {
  const clock = new FakeClock(region.state.now);
  clock.onTick = () => region.advance(clock.now());
  const options = { hostname: HOST, containerRuntime: runtime, licenseSecretArn: DEFAULTS.secrets.license };
  return { tfe: FDO.node(regionShell(region, clock), options), clock };
}

const addressOf = ({ id, privateIp }: Instance) => ({ instanceId: id, privateIp });

function subject(tag: string, runtime: Runtime, unmetWhenDrained: readonly string[] = []): TfeSubject {
  // The load balancer of this estate asks what 2.0 does not answer any more.
  const lab = containerLab(tag, { timings: {}, group: { healthCheckType: "EC2" } }, { containerRuntime: runtime });
  const { tfe, clock } = dialect(lab, runtime);
  return {
    tfe,
    clock,
    node: addressOf(lab.member()),
    nobody: { instanceId: "i-0ffffffffffffffff", privateIp: "10.9.9.9" },
    release: release(tag),
    setting: "TFE_CAPACITY_CONCURRENCY",
    secret: "TFE_ENCRYPTION_PASSWORD",
    otherSecret: "TFE_DATABASE_PASSWORD",
    unmetWhenDrained,
    drainIsDetached: true,
  };
}

describe.each([
  // Drained or not, the health check of these answers the same.
  ["v202406-1", "podman", []],
  ["v202503-1", "docker", []],
  ["1.2.2", "docker", ["ready", "diagnostics"]],
  ["2.0.5", "podman", ["ready", "diagnostics"]],
] as const)("%s under %s", (tag, runtime, unmet) => {
  describeTfeContract("the commands of a container in the lab", () => subject(tag, runtime, unmet));
});

describe("nodes that run another runtime than the stack's file says, since it is changed by a repave", () => {
  const CHANGES: readonly (readonly [Runtime, Runtime])[] = [
    ["docker", "podman"],
    ["podman", "docker"],
  ];
  it.each(CHANGES)(
    "one that runs %s under a file that says %s is asked, drained and counted all the same",
    async (has, says) => {
      const lab = containerLab("1.2.2", { group: { healthCheckType: "EC2" } }, { containerRuntime: has });
      const node = lab.member();
      giveJob(lab.region.state, node, 600);
      const { tfe, clock } = dialect(lab, says);
      const answers = await tfe.observe({ made: true, value: addressOf(node) });
      expect(answers.conditions(release("1.2.2")).filter(({ held }) => !held)).toEqual([]);
      expect(await tfe.activeWork(addressOf(node))).toBe(1);
      expect(await tfe.diskFree(addressOf(node))).toBeGreaterThan(0);
      await tfe.drain(addressOf(node));
      await clock.sleep(700_000);
      expect(await tfe.activeWork(addressOf(node))).toBe(0);
      expect(node.node.phase).toBe("drained");
      // The next build follows the file.
      const next = repaveTo(lab, "1.2.2", { containerRuntime: says });
      const after = await dialect(lab, says).tfe.observe({ made: true, value: addressOf(next) });
      expect(after.state).toBe("started");
    },
  );
});

describe("what the lab's nodes tell of a failure", () => {
  const observed = (lab: LabEstate, node: Instance) => dialect(lab).tfe.observe({ made: true, value: addressOf(node) });

  it.each(["license", "database", "redis"])("a startup check that fails is named: %s", async (check) => {
    const lab = containerLab("1.1.4");
    addFaults(lab.region.state, checkFaults([`startup-${check}-fails`]));
    const node = repaveTo(lab, "1.2.2");
    expect(JSON.stringify((await observed(lab, node)).failure)).toContain(check);
  });

  it("a boot that stopped says why", async () => {
    const lab = containerLab("1.1.4", { count: 2 });
    addFaults(lab.region.state, checkFaults(["registry-down"]));
    lab.pass(1);
    const node = repaveTo(lab, "1.2.2");
    expect(JSON.stringify((await observed(lab, node)).failure)).toContain("could not be pulled");
  });

  it("a container that restarts is not healthy, and not started", async () => {
    const lab = containerLab("1.1.4");
    addFaults(lab.region.state, checkFaults(["crash-loop"]));
    const node = repaveTo(lab, "1.2.2");
    lab.pass(300);
    const answers = await observed(lab, node);
    expect(answers.state).not.toBe("started");
    expect(answers.conditions(release("1.2.2")).some(({ held }) => !held)).toBe(true);
  });

  it("nodes of another release that were alive a moment ago are no end of the wait", async () => {
    const lab = containerLab("1.2.2", { count: 2, group: { healthCheckType: "EC2" } });
    const [node] = lab.members() as [Instance];
    lab.region.suspendProcesses("tfe", ["Launch", "HealthCheck", "ReplaceUnhealthy"]);
    lab.run(node, "systemctl stop terraform-enterprise.service");
    node.node.release = containerLab("2.0.0").member().node.release;
    lab.run(node, "systemctl start terraform-enterprise.service");
    lab.until(() => node.node.phase === "failed");
    expect((await observed(lab, node)).failure).toBeUndefined();
  });
});

describe("what is fetched ahead in the lab", () => {
  async function fetchedAs(fault: string | undefined, target = "2.0.5") {
    const lab = containerLab("1.2.2", { count: 2 });
    if (fault !== undefined) addFaults(lab.region.state, checkFaults([fault]));
    lab.pass(1);
    const { tfe } = dialect(lab);
    const node = addressOf(lab.member());
    const fetched = await tfe.fetch(node, release(target));
    return { fetched, check: await tfe.upgradeCheck(node, release(target)), lab };
  }

  it("is what a new node of that digest runs, and takes its time once", async () => {
    const { fetched, lab } = await fetchedAs(undefined);
    expect(fetched?.seconds).toBeGreaterThan(60);
    const node = repaveTo(lab, "2.0.5", { imageDigest: fetched?.digest ?? "" });
    expect(node.node).toMatchObject({ phase: "started", image: { digest: fetched?.digest } });
  });

  it.each([
    [undefined, "passed"],
    ["upgrade-check-warns", "passed"],
    ["upgrade-check-fails", "failed"],
    ["upgrade-check-broken", "could not run"],
    ["database-thirteen", "failed"],
  ])("the release's own check, with %s: %s", async (fault, verdict) => {
    const { check } = await fetchedAs(fault);
    expect(check?.verdict).toBe(verdict);
    if (verdict === "failed") expect(check?.failures).not.toEqual([]);
    if (fault === "upgrade-check-warns") expect(check?.warnings).not.toEqual([]);
  });

  it.each([
    ["licence-expired", /unauthorized/],
    ["registry-down", /503/],
  ])("with %s is refused, and says why", async (fault, words) => {
    await expect(fetchedAs(fault)).rejects.toMatchObject({
      code: "NODE_COMMAND_FAILED",
      detail: expect.stringMatching(words) as string,
    });
  });

  it("is not there for a release before 2.0", async () => {
    expect((await fetchedAs(undefined, "1.2.3")).check).toBeUndefined();
  });
});

it("a drain that no worker hears is no drain", async () => {
  const lab = containerLab("1.2.2");
  addFaults(lab.region.state, checkFaults(["drain-unheard"]));
  lab.pass(1);
  giveJob(lab.region.state, lab.member(), 7200);
  const { tfe } = dialect(lab);
  await expect(tfe.drain(addressOf(lab.member()))).rejects.toBeDefined();
  expect(await tfe.activeWork(addressOf(lab.member()))).toBe(1);
});

it("the licence's end is read, and nothing of a secret is ever shown", async () => {
  const lab = containerLab("1.2.2");
  const { tfe } = dialect(lab);
  const node = addressOf(lab.member());
  expect(await tfe.licenceEnds(node)).toBe(Date.parse("2031-01-01T00:00:00Z"));
  const { secrets } = DEFAULTS;
  expect(await tfe.missingSettings(node, secrets.variables, ["TFE_DATABASE_HOST"])).toContain("TFE_REDIS_HOST");
  await tfe.settingsSinceBuild(node);
  expect(lab.region.verdict().secretsShown).toBe(0);
  expect(containerScript("1.2.2")).not.toContain("lab-database-password");
});
