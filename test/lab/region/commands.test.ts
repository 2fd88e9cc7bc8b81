import type { Instance } from "../../../lab/region/model";
import { estate, type LabEstate, NO_JOBS, script, started } from "../estate";

/** A node whose `replicated admin` prints neither a stray line nor carriage returns. */
function plainNode(lab: LabEstate): Instance {
  const found = lab.members().find(({ id }) => Number.parseInt(id.slice(-1), 16) % 4 === 0 || /[37bf]$/.test(id));
  if (!found) throw new Error("There is none: choose another seed.");
  return found;
}

function lab(release = 642): LabEstate {
  return started({ text: script(release), count: 4, timings: NO_JOBS, group: { subnetIds: ["subnet-1", "subnet-2"] } });
}

describe("replicatedctl", () => {
  test.each(["", " --output json", " -o json"])("app status%s is an array of one", (flags) => {
    const region = lab();
    const { stdout, exitCode } = region.run(region.member(), `/usr/local/bin/replicatedctl app status${flags}`);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        AppID: "218b78fa2bd6f0044c6a1010a51d5852",
        Sequence: 642,
        PatchSequence: 0,
        State: "started",
        DesiredState: "started",
        IsCancellable: false,
        IsTransitioning: false,
        LastModifiedAt: "2026-01-05T08:06:00.000385151Z",
      },
    ]);
  });

  test("it is not there at first, then knows no application, then shows it starting", () => {
    const region = estate({ timings: NO_JOBS });
    const ask = (command: string) => region.run(region.member(), `/usr/local/bin/replicatedctl ${command}`);
    region.pass(100);
    expect(ask("app status")).toMatchObject({
      exitCode: 127,
      stdout: "",
      stderr: "sh: /usr/local/bin/replicatedctl: not found\n",
    });
    region.pass(100);
    expect(ask("system status").stdout).toBe('{"Replicated":"initializing","Retraced":"initializing"}\n');
    expect(ask("app status").stdout).toBe("[]\n");
    region.pass(60);
    expect(ask("system status").stdout).toBe('{"Replicated":"ready","Retraced":"ready"}\n');
    expect(JSON.parse(ask("app status").stdout)).toMatchObject([
      { State: "starting", DesiredState: "started", IsTransitioning: true, Sequence: 642 },
    ]);
  });

  test("app stop comes back at once, the application stops meanwhile", () => {
    const region = lab();
    const status = () => (JSON.parse(region.run(region.member(), "replicatedctl app status").stdout) as unknown[])[0];
    region.run(region.member(), "replicatedctl app stop");
    expect(status()).toMatchObject({ State: "stopping", DesiredState: "stopped", IsTransitioning: true });
    region.pass(20);
    expect(status()).toMatchObject({ State: "stopped", DesiredState: "stopped", IsTransitioning: false });
  });

  test("app-config export shows every setting, unset ones empty", () => {
    const region = lab();
    const exported = JSON.parse(region.run(region.member(), "replicatedctl app-config export").stdout) as object;

    expect(exported).toMatchObject({
      pg_dbname: { value: "tfe" },
      enable_active_active: { value: "1" },
      capacity_concurrency: { value: "10" },
      aws_access_key_id: {},
    });
  });

  test("the settings of the build stay in their file, whatever is set later", () => {
    const region = lab();
    const file = () => JSON.parse(region.run(region.member(), "cat /etc/ptfe-settings.json").stdout) as object;
    const built = file();
    expect(built).toMatchObject({ enable_active_active: { value: "1" }, s3_bucket: { value: "tfe-lab-data" } });
    region.run(region.member(), "replicated admin --no-tty app-config -k s3_bucket -v elsewhere");
    expect(file()).toEqual(built);
  });

  test("app-config set changes what export shows", () => {
    const region = lab();
    expect(region.run(region.member(), "replicatedctl app-config set capacity_memory --value 1024").exitCode).toBe(0);
    expect(region.run(region.member(), "replicatedctl app-config set no_such_key --value 1").exitCode).toBe(1);
    expect(JSON.parse(region.run(region.member(), "replicatedctl app-config export").stdout)).toMatchObject({
      capacity_memory: { value: "1024" },
    });
  });

  test("license inspect says when the licence expires", () => {
    const region = lab();
    const inspect = () => JSON.parse(region.run(region.member(), "replicatedctl license inspect").stdout) as unknown;
    expect(inspect()).toMatchObject([{ ExpirationTime: "2031-01-01T00:00:00Z", IsExpired: false }]);

    for (const arn of Object.keys(region.region.state.secrets)) {
      if (arn.includes("license")) region.region.state.secrets[arn] = "licence, expires 2026-01-05T08:00:00Z";
    }
    expect(inspect()).toMatchObject([{ ExpirationTime: "2026-01-05T08:00:00Z", IsExpired: true }]);
  });

  test("what it does not know is an error", () => {
    const region = lab();
    expect(region.run(region.member(), "replicatedctl no such")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});

describe("replicated admin", () => {
  test("health-check of a healthy node", () => {
    const region = lab();
    expect(region.run(plainNode(region), "/usr/local/bin/replicated admin --no-tty health-check")).toMatchObject({
      exitCode: 0,
      stdout: `checking: Archivist Health Check...
|  checks that Archivist is up and healthy
|- ✓ PASS

checking: Terraform Enterprise Health Check...
|  checks that Terraform Enterprise is up and can communicate with Redis and Postgres
|- ✓ PASS

checking: Terraform Enterprise Vault Health Check...
|  checks that Terraform Enterprise can connect to Vault and is able to encrypt and decrypt tokens
|- ✓ PASS

checking: RabbitMQ Health Check...
|  checks that RabbitMQ can be connected to and that we can send and consume messages
|- ✓ PASS

checking: Vault Server Health Check...
|  checks that the configured Vault Server is healthy
|- ✓ PASS

  All checks passed.
`,
    });
  });

  test("health-check of a node that starts: errors, a count and an exit status", () => {
    const region = lab();
    const node = plainNode(region);
    region.run(node, "replicatedctl app restart");
    region.until(() => node.node.phase === "starting");
    const { exitCode, stdout } = region.run(node, "ptfe-admin health-check");

    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "|- ✗ ERROR: http://atlas.ptfe:9292/_health_check?full did not return a healthy status, 502\n",
    );
    expect(stdout).toMatch(/\n {2}2 checks failed\.\n$/);
  });

  test("later releases have no RabbitMQ to check", () => {
    const region = lab(692);
    expect(region.run(plainNode(region), "tfe-admin health-check").stdout.match(/✓ PASS/g)).toHaveLength(4);
  });

  test.each([609, 610])("release %i has no health-check", (release) => {
    const region = lab(release);
    expect(region.run(plainNode(region), "replicated admin --no-tty health-check")).toMatchObject({
      exitCode: 127,
      stdout: "",
      stderr: "sh: /root/ptfe-health-check: not found\n",
    });
  });

  test("some nodes print a stray line first, some carriage returns", () => {
    const outputs = [1, 2, 3, 4, 5, 6].map((seed) => {
      const region = started({ seed, timings: NO_JOBS });
      return region.run(region.member(), "replicated admin --no-tty health-check").stdout;
    });

    expect(outputs.some((stdout) => stdout.startsWith("Error parsing config file: json: cannot unmarshal"))).toBe(true);
    expect(outputs.some((stdout) => stdout.includes("✓ PASS\r\n"))).toBe(true);
    expect(outputs.some((stdout) => stdout.startsWith("checking:") && !stdout.includes("\r"))).toBe(true);
  });

  test("list-nodes: addresses of nodes, those gone for less than half a minute too", () => {
    const region = lab();
    const node = plainNode(region);
    const addresses = region.members().map(({ privateIp }) => privateIp);
    const list = () => JSON.parse(region.run(node, "replicated admin --no-tty list-nodes").stdout) as string[];
    expect(list()).toEqual(addresses);

    const gone = region.members().find((member) => member !== node);
    region.region.suspendProcesses("tfe", ["Launch"]);
    region.region.terminateInstances([gone?.id ?? ""]);
    region.pass(20);
    expect(list()).toEqual(addresses);
    region.pass(10);
    expect(list()).toEqual(addresses.filter((address) => address !== gone?.privateIp));
  });

  test("list-nodes came with v202111-1", () => {
    const region = lab(576);
    expect(region.run(plainNode(region), "replicated admin list-nodes").exitCode).toBe(1);
  });

  test("support-bundle uploads one bundle a node under one JobID", () => {
    const region = lab();
    const { stdout } = region.run(plainNode(region), "replicated admin --no-tty support-bundle");
    const keys = Object.keys(region.region.state.buckets["tfe-lab-data"] ?? {});

    expect(stdout).toContain("support-bundles/2026-01-05T08:06:00Z");
    expect(keys.map((key) => key.replace(/\d+\.tar\.gz$/, ""))).toEqual(
      region.members().map(({ privateIp }) => `support-bundles/2026-01-05T08:06:00Z/${privateIp}/replicated-support`),
    );
  });

  test("app-config sets a setting, warns of the restart, and refuses what is none", () => {
    const region = lab();
    const node = plainNode(region);
    const set = (words: string) => region.run(node, `replicated admin --no-tty app-config ${words}`);

    expect(set("-k capacity_concurrency -v 20")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/restart.*replicatedctl app restart/i) as string,
    });
    expect(node.node.settings["capacity_concurrency"]).toBe("20");
    expect(set("-k no_such_key -v 1").exitCode).toBe(1);
    expect(set("-k capacity_memory").exitCode).toBe(1);
  });

  test("where the application does not run, none of it works", () => {
    const region = lab();
    const node = plainNode(region);
    region.run(node, "replicatedctl app stop -a");

    expect(region.run(node, "replicated admin health-check")).toMatchObject({
      exitCode: 1,
      stderr: "Error: the application is not running\n",
    });
  });
});
