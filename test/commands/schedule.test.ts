import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeJobFiles } from "../../orchestration/adapters/machine/jobFiles";
import type { ScheduleOptions } from "../../orchestration/commands/options/schedule";
import { renderJob } from "../../orchestration/commands/parts/scheduling";
import { commandLine } from "../../orchestration/program";

const PLACE = { root: "/opt/tfe-repave", node: "/usr/bin/node" };
const GIVEN: ScheduleOptions & { readonly stack: string } = {
  stack: "production",
  on: "systemd",
  calendar: "0 2 * * SUN",
  timezone: "UTC",
  runsOn: "ubuntu-latest",
  user: "tfe-repave",
};
const role = "arn:aws:iam::123456789012:role/tfe-repave";
const render = (change: Partial<typeof GIVEN>, runStore?: string, place = PLACE) =>
  renderJob({ ...GIVEN, ...change }, runStore === undefined ? {} : { runStore }, "eu-central-1", place);

it.each([
  ["systemd", ["schedule/tfe-repave-production.service", "schedule/tfe-repave-production.timer"]],
  ["cron", ["schedule/tfe-repave-production"]],
  ["github", [".github/workflows/tfe-repave-production.yml"]],
] as const)("on %s: the job's files, and what is to be done with them", (on, paths) => {
  const { files, next } = render({ on, role }, "s3://runs");
  expect(files.map((file) => file.path)).toEqual(paths);
  expect(next.length).toBeGreaterThan(1);
  for (const { text } of files) expect(text).toContain("--latest --scheduled --stack production --json");
});

it("in a clone a job starts the sources, and in a project the installed package", () => {
  const clone = mkdtempSync(path.join(tmpdir(), "clone-"));
  try {
    mkdirSync(path.join(clone, "orchestration"));
    writeFileSync(path.join(clone, "orchestration/cli.ts"), "");
    const started = (root: string): string =>
      render({ on: "cron" }, undefined, { ...PLACE, root }).files[0]?.text ?? "";
    expect(started(clone)).toContain("/usr/bin/node --import tsx orchestration/cli.ts patch --latest");
    expect(started("/opt/tfe")).toContain("/usr/bin/node node_modules/tfe-repave/orchestration/bin.mjs patch --latest");
  } finally {
    rmSync(clone, { recursive: true });
  }
});

it.each<[string, Partial<ScheduleOptions>, string | undefined, string]>([
  ["a day that never comes", { calendar: "0 2 31 4 *" }, undefined, "no month of it has such a day"],
  ["runs in a folder on GitHub", { on: "github", role }, "/srv/runs", "set tfe:runStore to s3://"],
  ["runs in the checkout on GitHub", { on: "github", role }, undefined, "set tfe:runStore to s3://"],
  ["no role on GitHub", { on: "github" }, "s3://runs", "--on github requires --role"],
  ["a calendar that is none", { calendar: "daily" }, undefined, "it has five fields"],
])("%s is refused, with what to do", (_, change, runStore, why) => {
  expect(() => render(change, runStore)).toThrow(why);
});

it("on AWS: the commands that make the job part of the stack, without the keys that are there", () => {
  const given = { ...GIVEN, on: "aws", timezone: "Europe/Amsterdam" } as const;
  const config = { runStore: "s3://runs", scheduleSource: "https://github.com/example/tfe" };
  const { files, next } = renderJob(given, config, "eu-central-1", PLACE);
  expect(files).toEqual([]);
  expect(next.slice(0, 3)).toEqual([
    "pulumi config set --stack production tfe:scheduleBackendUrl 's3://BUCKET'",
    "pulumi config set --stack production tfe:scheduleTimezone 'Europe/Amsterdam'",
    "pulumi config set --stack production tfe:scheduleCalendar 'cron(0 2 ? * SUN *)'",
  ]);
  expect(() => renderJob(given, {}, "eu-central-1", PLACE)).toThrow("set tfe:runStore to s3://");
});

it.each(["/opt/tfe repave", "/opt/100%", "/opt/$(id)"])("a checkout in %s is refused", (root) => {
  for (const on of ["systemd", "cron"] as const)
    expect(() => render({ on }, undefined, { ...PLACE, root })).toThrow("the paths of a job may contain only letters");
});

it("the options are checked before anything is opened", async () => {
  const said: string[] = [];
  const out = (line: string): void => void said.push(line);
  const words = ["schedule", "--stack", "x", "--on", "cron", "--calendar", "0 2 * * *", "--timezone", "Mars"];
  expect(await commandLine(words, { out, err: out, signal: new AbortController().signal })).toBe(2);
  expect(said.join("\n")).toContain("Mars is not a time zone by name");
});

describe("writing", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "schedule-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const files = [
    { path: "schedule/a", text: "A" },
    { path: "schedule/b", text: "B" },
  ];
  const read = (name: string): string => readFileSync(path.join(root, "schedule", name), "utf8");

  it("makes the files once, and says which", async () => {
    expect(await writeJobFiles(root, files, { force: false })).toEqual(["schedule/a", "schedule/b"]);
    expect(await writeJobFiles(root, files, { force: false })).toEqual([]);
    expect([read("a"), read("b")]).toEqual(["A", "B"]);
  });

  it("leaves all as it is where one was changed, unless it is told to", async () => {
    await writeJobFiles(root, files, { force: false });
    writeFileSync(path.join(root, "schedule/b"), "mine");
    const next = files.map((file) => ({ ...file, text: `${file.text}2` }));
    await expect(writeJobFiles(root, next, { force: false })).rejects.toThrow(
      "schedule/a, schedule/balready exists with different content. --print shows the new file, --force replaces it",
    );
    expect([read("a"), read("b")]).toEqual(["A", "mine"]);
    await writeJobFiles(root, next, { force: true });
    expect([read("a"), read("b")]).toEqual(["A2", "B2"]);
  });
});
