import { addFaults, checkFaults } from "../../../lab/faults";
import { ESTATES } from "../../../lab/estates";
import { DEFAULTS } from "../../../lab/region/defaults";
import type { Instance } from "../../../lab/region/model";
import { shellLine } from "../../../orchestration/adapters/nodeShell/shellLine";
import { containerLab, HOST, repaveTo, REPOSITORY } from "../containerNodes";
import { giveJob, type LabEstate, NO_JOBS } from "../estate";

const PS = ["ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.State}} {{.Image}} {{.Names}}"];
const INSPECT = "{{.Id}} {{.RestartCount}} {{.State.Status}} {{.State.ExitCode}} {{.Config.Image}}";

const run = (lab: LabEstate, node: Instance, ...argv: readonly string[]) => lab.run(node, shellLine(argv));
const idOf = ({ node }: Instance): string => node.container?.id ?? "";
const tfectl = (lab: LabEstate, node: Instance, ...words: readonly string[]) =>
  run(lab, node, "docker", "exec", idOf(node), "/usr/local/bin/tfectl", ...words);

/** Status and body of a request that a node makes to itself. */
function ask(lab: LabEstate, node: Instance, path: string, host = HOST): readonly [status: number, body: string] {
  const url = `https://${host}${path}`;
  const flags = ["-ks", "--max-time", "35", "--resolve", `${host}:443:127.0.0.1`, "-H", "Accept: application/json"];
  const { stdout } = run(lab, node, "curl", ...flags, "-w", String.raw`\n%{http_code}`, url);
  const lines = stdout.split("\n");
  return [Number(lines.at(-1)), lines.slice(0, -1).join("\n")];
}

const READINESS = "/api/v1/health/readiness?timeout=30";

describe("a node that runs a container", () => {
  test("shows it to the runtime, with its runs, and says what it runs", () => {
    const lab = containerLab("v202503-1");
    const node = lab.member();
    giveJob(lab.region.state, node, 600);
    const { stdout } = run(lab, node, "docker", ...PS);
    expect(stdout.split("\n")[0]).toBe(`${idOf(node)} running ${REPOSITORY}:v202503-1 terraform-enterprise`);
    expect(stdout).toMatch(/^[0-9a-f]{64} running hashicorp\/tfc-agent:now tfc-agent-run-given-0$/m);
    expect(run(lab, node, "docker", "inspect", "--format", INSPECT, idOf(node)).stdout).toBe(
      `${idOf(node)} 0 running 0 ${REPOSITORY}:v202503-1\n`,
    );
    expect(tfectl(lab, node, "app", "version").stdout).toBe("v202503-1\n");
    expect(tfectl(lab, node, "node", "list").stdout).toBe(`${idOf(node).slice(0, 12)}\n`);
    expect(run(lab, node, "podman", "ps").exitCode).toBe(127);
  });

  test("shows a run by the image that it has, and what somebody else started for as long as that stays", () => {
    const lab = containerLab("1.2.2");
    const node = lab.member();
    giveJob(lab.region.state, node, 600);
    const { state } = lab.region;
    state.jobs = state.jobs.map((job) => ({ ...job, image: "registry.example.com/tools/runner:7" }));
    node.node.containers = [
      { image: "acme/gone:1", name: "gone", until: state.now },
      { image: "acme/sidecar:3", name: "sidecar" },
    ];
    const { stdout } = run(lab, node, "docker", ...PS);
    expect(stdout).toMatch(/ running registry\.example\.com\/tools\/runner:7 tfc-agent-run-given-0$/m);
    expect(stdout).toMatch(/ running acme\/sidecar:3 sidecar$/m);
    expect(stdout).not.toContain("acme/gone");
  });

  test("under Podman has a pod's container beside it", () => {
    const lab = containerLab("1.2.2", {}, { containerRuntime: "podman" });
    const { stdout } = run(lab, lab.member(), "podman", ...PS);
    expect(stdout).toMatch(/ running \S+terraform-enterprise:1\.2\.2 terraform-enterprise-tfe$/m);
    expect(stdout).toMatch(/ running localhost\/podman-pause:\S+ [0-9a-f]{12}-infra$/m);
  });

  test("knows a release by the digest that its tag stood for", () => {
    const lab = containerLab("1.2.2");
    const digest = lab.member().node.image?.digest ?? "";
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const node = repaveTo(lab, "1.2.2", { imageDigest: digest });
    expect(run(lab, node, "docker", ...PS).stdout).toContain(`running ${REPOSITORY}@${digest} terraform-enterprise`);
    expect(tfectl(lab, node, "app", "version").stdout).toBe("1.2.2\n");
  });

  test.each([
    ["v202503-1", 404, 200],
    ["1.1.4", 404, 200],
    ["1.2.0", 200, 200],
    ["1.2.2", 200, 200],
    ["2.0.5", 200, 410],
  ])("of %s answers the readiness endpoint with %i and the old one with %i", (tag, readiness, old) => {
    const lab = containerLab(tag);
    expect(ask(lab, lab.member(), READINESS)[0]).toBe(readiness);
    expect(ask(lab, lab.member(), "/_health_check?full=1")[0]).toBe(old);
  });

  test("of 1.2.0 sends away who does not call it by its name, as a load balancer does not", () => {
    const healthCheck = { path: "/api/v1/health/readiness", matcher: "200", intervalSeconds: 5 };
    const states = (tag: string) => {
      const lab = containerLab(tag, { healthCheck, group: { healthCheckType: "EC2" } });
      lab.pass(120);
      return lab.targets().targets.map(({ state, reason }) => [state, reason]);
    };
    expect(states("1.2.0")).toEqual([["unhealthy", "Target.ResponseCodeMismatch"]]);
    expect(states("1.2.1")).toEqual([["healthy", undefined]]);
    const lab = containerLab("1.2.0");
    expect(ask(lab, lab.member(), READINESS, "localhost")[0]).toBe(301);
  });

  test("stops where its unit is stopped, without a container, and starts as a new one", () => {
    const lab = containerLab("1.2.2");
    const node = lab.member();
    const before = idOf(node);
    expect(run(lab, node, "systemctl", "stop", "terraform-enterprise.service").exitCode).toBe(0);
    expect(run(lab, node, "docker", ...PS).stdout).toBe("");
    expect(
      run(lab, node, "systemctl", "show", "--property=LoadState,ActiveState", "terraform-enterprise.service").stdout,
    ).toBe("LoadState=loaded\nActiveState=inactive\n");
    run(lab, node, "systemctl", "start", "terraform-enterprise.service");
    lab.until(() => node.node.phase === "started");
    expect(idOf(node)).not.toBe(before);
  });
});

describe("the drain", () => {
  const draining = (tag: string) => {
    const lab = containerLab(tag);
    const node = lab.member();
    giveJob(lab.region.state, node, 600);
    return { lab, node };
  };

  test.each([
    ["v202407-1", 2],
    ["v202410-1", 600],
    ["1.2.2", 600],
    ["2.0.5", 2],
  ])("of %s returns after %i seconds", (tag, seconds) => {
    const { lab, node } = draining(tag);
    const began = lab.seconds();
    expect(tfectl(lab, node, "node", "drain").exitCode).toBe(0);
    expect(Math.round(lab.seconds() - began)).toBe(seconds);
    expect(node.node.phase).toBe(seconds < 600 ? "draining" : "drained");
  });

  test("that is detached is begun and not waited for; readiness says so, and goes on to", () => {
    const { lab, node } = draining("1.2.2");
    run(lab, node, "docker", "exec", "--detach", idOf(node), "/usr/local/bin/tfectl", "node", "drain");
    expect(node.node.phase).toBe("draining");
    expect(ask(lab, node, READINESS)).toEqual([503, expect.stringContaining('"status":"DRAINING"')]);
    lab.until(() => node.node.phase === "drained");
    expect(ask(lab, node, READINESS)[0]).toBe(503);
    expect(ask(lab, node, "/")[0]).toBe(200);
  });

  test("with --all drains every node, and waits for its own alone", () => {
    const lab = containerLab("1.2.2", { count: 2 });
    const [node, other] = [lab.member(), lab.member(1)];
    giveJob(lab.region.state, other, 600);
    expect(tfectl(lab, node, "node", "drain", "--all").exitCode).toBe(0);
    expect([node.node.phase, other.node.phase]).toEqual(["drained", "draining"]);
    lab.until(() => other.node.phase === "drained");
  });

  test("that no worker hears leaves the node taking runs", () => {
    const { lab, node } = draining("v202409-1");
    addFaults(lab.region.state, checkFaults(["drain-unheard"]));
    lab.pass(1);
    expect(tfectl(lab, node, "node", "drain").exitCode).toBe(0);
    expect(node.node.phase).toBe("started");
  });
});

describe("a start", () => {
  const logOf = (lab: LabEstate, node: Instance): string =>
    run(lab, node, "docker", "logs", "--tail", "400", idOf(node)).stdout;

  test("that is refused ends the process, which its runtime starts again and again", () => {
    const lab = containerLab("1.1.0");
    const node = repaveTo(lab, "1.0.3");
    expect(node.node.phase).toBe("failed");
    const log = logOf(lab, node);
    expect(log).toContain(
      'check failed: name=upgrade duration="423.448µs" err="failed validating TFE version: 1.0.3 is not newer than existing version 1.1.0"',
    );
    expect(log).toMatch(
      /the following startup checks failed: checks=\["upgrade"\]\n.*startup: error="startup checks failed"/,
    );
    const restarts = () =>
      Number(run(lab, node, "docker", "inspect", "--format", "{{.RestartCount}}", idOf(node)).stdout);
    const first = restarts();
    lab.pass(300);
    expect(restarts()).toBeGreaterThan(first + 2);
    expect(node.node.phase).not.toBe("started");
  });

  test("on a database that is too old fails its check", () => {
    const lab = containerLab("1.1.4");
    for (const database of lab.region.state.dbInstances) database.engineVersion = "13.20";
    const node = repaveTo(lab, "1.2.2");
    expect(logOf(lab, node)).toContain('checks=["database"]');
  });

  test.each(["license", "database", "redis"])("fails the startup check %s where that fault is wished for", (check) => {
    const lab = containerLab("1.1.4");
    addFaults(lab.region.state, checkFaults([`startup-${check}-fails`]));
    const node = repaveTo(lab, "1.2.2");
    expect(logOf(lab, node)).toContain(`checks=["${check}"]`);
    expect(node.node.container).toMatchObject({ restarts: 1, exitCode: 1 });
  });

  test("starts all the same where its settings ignore the failure, and says so; an older release knows no such setting", () => {
    const environment = {
      ...ESTATES.fdo.config.environment,
      TFE_STARTUP_CHECKS_IGNORE_FAILURES: "tls, database,upgrade",
    };
    const failing = (from: string, to: string): readonly [LabEstate, Instance] => {
      const lab = containerLab(from);
      addFaults(lab.region.state, checkFaults(["startup-database-fails"]));
      return [lab, repaveTo(lab, to, { environment })];
    };
    const [lab, node] = failing("2.0.0", "2.0.5");
    expect(node.node.phase).toBe("started");
    expect(logOf(lab, node)).toMatch(/check failed but ignored: name=database /);
    expect(failing("1.1.4", "1.2.2")[1].node.phase).toBe("failed");
  });

  test("of 2.0 within ten seconds of another release fails, and heals itself", () => {
    const lab = containerLab("1.2.2", { count: 2, group: { healthCheckType: "EC2" } });
    const [first, second] = lab.members() as [Instance, Instance];
    lab.region.suspendProcesses("tfe", ["Launch", "HealthCheck", "ReplaceUnhealthy"]);
    run(lab, first, "systemctl", "stop", "terraform-enterprise.service");
    // As if the machine had been prepared with the next release.
    const [release, newer] = [lab.region.state, containerLab("2.0.0").member().node.release];
    first.node.release = newer;
    lab.region.terminateInstances([second.id]);
    lab.until(() => second.state === "terminated");
    run(lab, first, "systemctl", "start", "terraform-enterprise.service");
    lab.until(() => first.node.phase === "failed");
    expect(logOf(lab, first)).toMatch(/check failed: name=upgrade .*live nodes/);
    lab.until(() => first.node.phase === "started");
    expect(first.node.container?.restarts).toBeGreaterThan(0);
    expect(release.verdict.overlapSeconds).toBe(0);
  });
});

describe("the registry", () => {
  test.each([
    ["registry-down", "503 Service Unavailable"],
    ["licence-expired", "unauthorized: authentication required"],
  ])("%s: a new node gets no image, and says so in its boot's log", (fault, words) => {
    const lab = containerLab("1.2.1", { count: 2 });
    addFaults(lab.region.state, checkFaults([fault]));
    lab.pass(1);
    const node = repaveTo(lab, "1.2.2");
    expect(node.node).toMatchObject({ phase: "failed", error: expect.stringContaining(words) as string });
    expect(node.node.container).toBeUndefined();
    const log = run(lab, node, "tail", "-n", "50", "/var/log/tfe-repave-user-data.log").stdout;
    expect(log).toMatch(/FAILED: .*: this node will not start Terraform Enterprise\n$/);
  });

  test("has no tag that is no release", () => {
    const lab = containerLab("1.2.1");
    expect(repaveTo(lab, "9.9.9").node.error).toContain("manifest unknown");
  });

  test("that moved a tag still has what a digest names", () => {
    const lab = containerLab("1.2.1");
    const digest = lab.member().node.image?.digest ?? "";
    addFaults(lab.region.state, checkFaults([{ fault: "tag-moved", when: "now" }]));
    lab.pass(1);
    expect(repaveTo(lab, "1.2.1").node.image?.digest).not.toBe(digest);
    expect(repaveTo(lab, "1.2.1", { imageDigest: digest }).node.image?.digest).toBe(digest);
  });
});

test("an unfit settings secret ends the boot before anything is started", () => {
  const lab = containerLab("1.2.1");
  lab.region.state.secrets[DEFAULTS.secrets.variables] = JSON.stringify({ TFE_DATABASE_PASSWORD: "" });
  expect(repaveTo(lab, "1.2.2").node.error).toContain("no value of one line for: TFE_DATABASE_PASSWORD");
});

test("the witness knows the secrets of a container's variables", () => {
  const lab = containerLab("1.2.2");
  lab.region.state.secrets[DEFAULTS.secrets.variables] = JSON.stringify({
    TFE_ENCRYPTION_PASSWORD: "nobody-else-knows",
    TFE_DATABASE_PASSWORD: "another-of-the-kind",
  });
  run(lab, lab.member(), "echo", "nothing");
  expect(lab.region.verdict().secretsShown).toBe(0);
  run(lab, lab.member(), "echo", "another-of-the-kind");
  expect(lab.region.verdict().violations).toEqual([expect.stringMatching(/TFE_DATABASE_PASSWORD/), expect.anything()]);
});

test("a node's runs are as many as its environment allows", () => {
  const environment = { TFE_CAPACITY_CONCURRENCY: "1", TFE_DATABASE_HOST: "db", TFE_REDIS_HOST: "redis" };
  const lab = containerLab("1.2.2", { timings: { ...NO_JOBS, jobEvery: 1000 } }, { environment });
  lab.pass(30);
  expect(lab.region.state.jobs.filter(({ instanceId }) => instanceId !== undefined)).toHaveLength(1);
});
