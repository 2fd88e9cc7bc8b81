import { type LabEstate, giveJob, NO_JOBS, script, started } from "../estate";

function lab(release = 642): LabEstate {
  return started({ text: script(release), count: 2, timings: NO_JOBS });
}

describe("the node's own commands", () => {
  test.each([
    [642, "hashicorp/build-worker:now worker-run-given-0"],
    [692, "hashicorp/tfc-agent:now worker-run-given-0"],
  ])("docker ps of release %i names a worker for each job", (release, line) => {
    const region = lab(release);
    giveJob(region.region.state, region.member(), 60);
    const list = () => region.run(region.member(), "docker ps --format '{{.Image}} {{.Names}}'").stdout.split("\n");

    expect(list()).toEqual(expect.arrayContaining([line, "replicated/replicated:current replicated"]));
    region.pass(60);
    expect(list().filter((entry) => entry.includes("worker-"))).toEqual([]);
  });

  test("curl prints the body and the status, and 000 where nothing listens", () => {
    const region = lab();
    const ask = () =>
      region.run(
        region.member(),
        "curl -ks --max-time 20 -w '\\n%{http_code}' 'https://127.0.0.1/_health_check?full=1'",
      );
    expect(ask()).toMatchObject({ exitCode: 0, stdout: '{"postgres":"UP","redis":"UP","vault":"UP"}\n200' });

    region.run(region.member(), "replicatedctl app stop -a");
    expect(ask()).toMatchObject({ exitCode: 7, stdout: "\n000" });
  });

  test("curl reaches another node by its address, and -f makes a failure of an error", () => {
    const region = lab();
    const other = region.member(1);
    const ask = (flags: string) =>
      region.run(region.member(0), `curl ${flags} https://${other.privateIp}/_health_check`);
    expect(ask("-ksfS")).toMatchObject({ exitCode: 0, stdout: "OK" });

    region.run(other, "replicatedctl app restart");
    region.until(() => other.node.phase === "starting");
    expect(ask("-ksfS")).toMatchObject({ exitCode: 22, stdout: "" });
  });

  test.each([
    ["df -B1 --output=avail /var/lib/replicated", 0, /^ +Avail\n\d{10,}\n$/],
    ["cat /etc/replicated.conf", 0, /^\{"ReleaseSequence":642\}\n$/],
    ["cat /no/such", 1, /^$/],
    ["hostname", 0, /^ip-10-0-1-\d+\n$/],
    ["true", 0, /^$/],
    ["nonsense --at all", 127, /^$/],
    ["rm -rf /", 127, /^$/],
    ["echo a | wc -l", 2, /^$/],
  ])("%s ends with %i", (command, exitCode, stdout) => {
    const region = lab();
    const result = region.run(region.member(), command);

    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toMatch(stdout);
  });

  test("an unknown command says so as a shell does", () => {
    const region = lab();
    expect(region.run(region.member(), "nonsense").stderr).toBe("sh: nonsense: not found\n");
  });

  test("a connection breaks with its machine", () => {
    const region = lab(781);
    giveJob(region.region.state, region.member(), 600);
    const exec = region.region.exec(region.member().id, "replicated admin node-drain");
    region.region.terminateInstances([region.member().id]);
    region.pass(0);

    expect(exec.result).toMatchObject({ exitCode: 255, stderr: "Connection closed by remote host\n" });
  });
});

describe("command lines", () => {
  const region = lab();
  const run = (line: string) => region.run(region.member(), line);

  test.each([
    ["sudo -n /bin/true", 0, ""],
    ["sudo sh -c 'echo one; echo two'", 0, "one\ntwo\n"],
    ["FOO=1 env BAR=2 echo 'a b'", 0, "a b\n"],
    ["false && echo never; echo 'then'", 0, "then\n"],
    ["false || echo instead", 0, "instead\n"],
    ["set -e\necho 'two\nlines'\nfalse", 1, "two\nlines\n"],
    ["timeout 20 hostname >/dev/null", 0, ""],
    ["nonsense 2>&1", 127, "sh: nonsense: not found\n"],
    ["bash -lc 'echo \"quoted twice\"' # said in passing", 0, "quoted twice\n"],
    ["exec echo on \\\n one line", 0, "on one line\n"],
    ["", 0, ""],
  ])("%j", (line, exitCode, stdout) => {
    expect(run(line)).toMatchObject({ exitCode, stdout });
  });

  test("commands of a line run one after the other", () => {
    const before = region.region.state.now;
    expect(
      run("replicatedctl app stop --attach && curl -s -o /dev/null -w '%{http_code}' https://localhost/"),
    ).toMatchObject({ exitCode: 7, stdout: "000", endedAt: before + 20_200 });
  });

  test("whoever waits is told, before and after the end", async () => {
    const exec = region.region.exec(region.member(1).id, "hostname");
    const early = region.region.whenEnded(exec);
    region.pass(1);

    await expect(early).resolves.toBe(exec.result);
    await expect(region.region.whenEnded(exec)).resolves.toBe(exec.result);
  });

  test("a command that ended is forgotten after an hour", () => {
    run("true");
    region.pass(3600);
    expect(region.region.state.execs).toEqual([]);
  });
});
