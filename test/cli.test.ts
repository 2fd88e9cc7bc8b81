import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { acts, commandLine } from "../orchestration/program";
import { tfeRepave, type Ended } from "./support/cli";

const ROOT = resolve(__dirname, "..");
const { scripts } = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Verbs that change something: the first Ctrl-C stops them where they can be resumed. */
const ACTING = ["abort", "adopt", "app-config", "drain", "migrate", "patch", "restart", "rollout", "upgrade"];

/** Gives a command line in this process. */
async function given(...words: readonly string[]): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const signal = new AbortController().signal;
  const code = await commandLine(words, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    signal,
  });
  return { code, stdout: out.join("\n"), stderr: err.join("\n") };
}

const VERBS = [
  "abort",
  "adopt",
  "app-config",
  "completion",
  "doctor",
  "drain",
  "engine",
  "health",
  "iam-policy",
  "init",
  "lab",
  "migrate",
  "notify",
  "patch",
  "plan",
  "releases",
  "report",
  "restart",
  "rollout",
  "runs",
  "schedule",
  "status",
  "support-bundle",
  "sync",
  "upgrade",
];

test("a verb knows whether it changes something", () => {
  expect(VERBS.filter(acts)).toEqual(ACTING);
  expect(acts("constructor")).toBe(false);
});

/** They may wait for a day: without a bound the collector lets memory grow for as long as the machine has some. */
const LONG_RUNNING = ["upgrade", "patch", "migrate", "adopt", "rollout"];
const BOUNDS = "--max-old-space-size=400 --max-semi-space-size=8 ";

describe("help", () => {
  test("of the whole", async () => {
    const { code, stdout, stderr } = await given("--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  it.each(VERBS)("of %s", async (verb) => {
    const { code, stdout, stderr } = await given(verb, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("of the actions of a verb", async () => {
    for (const action of ["get", "set", "diff", "capture"])
      expect((await given("app-config", action, "--help")).stdout).toMatchSnapshot();
  });

  test("of one verb fits 80 columns", async () => {
    for (const verb of ["", ...VERBS]) {
      const { stdout } = await given(...(verb === "" ? [] : [verb]), "--help");
      const [text = ""] = stdout.split("\nExamples:");
      expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test("lists every verb that there is", async () => {
    const { stdout } = await given("--help");
    const listed = [...stdout.matchAll(/^ {2}([a-z][\w-]+) /gm)].map(([, verb]) => verb);
    expect(listed.filter((verb) => verb !== "help").sort()).toEqual(VERBS);
  });

  test("tells what each exit code means", async () => {
    const { stdout } = await given("--help");
    for (const code of ["0 done", "1 failed", "2 usage", "3 blocked", "4 halted", "5 declined", "130 interrupted"]) {
      expect(stdout.replace(/\s+/g, " ")).toContain(code);
    }
  });

  it.each(VERBS)("of %s has an example that works as it is written", async (verb) => {
    const { stdout } = await given(verb, "--help");
    const examples = [...stdout.matchAll(/^ {2}npm run (\S+)/gm)].map((match) => match[1] ?? "");
    const direct = [...stdout.matchAll(/^ {2}npx tfe-repave (\S+)/gm)].map((match) => match[1]);
    expect(examples.length + direct.length).toBeGreaterThan(0);
    for (const script of examples)
      expect(scripts[script]).toBe(
        `node ${LONG_RUNNING.includes(verb) ? BOUNDS : ""}--import tsx orchestration/cli.ts ${verb}`,
      );
    for (const named of direct) expect(named).toBe(verb);
  });
});

describe("a command line that is not valid ends with 2, says why, and opens nothing", () => {
  it.each<{ why: string; words: string[]; says: string }>([
    {
      why: "no release",
      words: ["upgrade", "--stack", "nope"],
      says: "--release is required (or --resume, or the file of a plan)\nSee `upgrade --help`.",
    },
    {
      why: "an age beside a release",
      words: ["plan", "--release", "642", "--max-age", "30d"],
      says: "option '--max-age <time>' cannot be used with option '-r, --release <release>'\nSee `plan --help`.",
    },
    {
      why: "a plan of a patch with two images",
      words: ["plan", "--latest", "--image", "ami-1"],
      says: "option '--latest' cannot be used with option '--image <ami>'\nSee `plan --help`.",
    },
    {
      why: "an unknown release",
      words: ["plan", "--release", "643"],
      says: "Unknown release (RELEASE_UNKNOWN): 643\nNext: Use the name (v202207-2) or the number (642)",
    },
    {
      why: "an unknown stack",
      words: ["upgrade", "--release", "642", "--stack", "nope"],
      says: "Unknown stack (STACK_UNKNOWN): nope: ",
    },
    {
      why: "a misspelt option",
      words: ["upgrade", "--relese", "642"],
      says: "unknown option '--relese'. Did you mean --release?\nSee `upgrade --help`.",
    },
    {
      why: "a misspelt verb",
      words: ["upgrde"],
      says: "unknown command 'upgrde'. Did you mean upgrade?\nSee `--help`.",
    },
    {
      why: "a misspelt action of a verb",
      words: ["app-config", "gte"],
      says: "unknown command 'gte'. Did you mean get?\nSee `app-config --help`.",
    },
    {
      why: "a misspelt option of an action",
      words: ["app-config", "get", "--reveel"],
      says: "unknown option '--reveel'. Did you mean --reveal?\nSee `app-config get --help`.",
    },
    {
      why: "an action that there is not",
      words: ["runs", "shwo"],
      says: "command-argument value 'shwo' is invalid for argument 'show'. Allowed choices are show.\nSee `runs --help`.",
    },
    {
      why: "a decision of a person in an unattended run",
      words: ["patch", "--latest", "--scheduled", "--now"],
      says: "option '--scheduled' cannot be used with option '--now'\nSee `patch --help`.",
    },
    {
      why: "a stack that no file could have",
      words: ["schedule", "--stack", "a$(id)", "--on", "cron", "--calendar", "0 2 * * SUN"],
      says: "argument 'a$(id)' is invalid. It must be the name of a stack",
    },
    {
      why: "a speed that is none",
      words: ["status", "--stack", "lab", "--speed", "0"],
      says: "option '--speed <n>' argument '0' is invalid. It must be a number greater than 0.",
    },
    {
      why: "a risk that cannot be taken",
      words: ["upgrade", "--release", "642", "--accept", "one-release", "--because", "hurry"],
      says: "--accept one-release is not possible. These can be accepted: stack-waits, run-store, fence-free, group-health, lifecycle-hooks, self-replacement, schedule, healthy, licence, disk",
    },
    {
      why: "a risk taken without a reason",
      words: ["upgrade", "--release", "642", "--accept", "disk"],
      says: '--accept requires a reason: --because "…"',
    },
    {
      why: "a rebuild of a run that was not begun",
      words: ["upgrade", "--release", "642", "--rebuild-node"],
      says: "--rebuild-node requires --resume",
    },
    {
      why: "a plan, and a part of one",
      words: ["upgrade", "plan.json", "--release", "642", "--latest", "--resume"],
      says: "--release, --latest, --resume cannot be combined with plan.json, which holds the whole plan",
    },
    { why: "a plan that is not there", words: ["upgrade", "none.json"], says: "none.json: there is no such file" },
    {
      why: "a place where no plan can be",
      words: ["plan", "--release", "642", "--out", "package.json"],
      says: "package.json: it exists and is not a plan. Name another file, or remove this one",
    },
    { why: "nothing at all", words: [], says: "Usage: tfe-repave [options] [command]" },
  ])("$why", async ({ words, says }) => {
    const { code, stdout, stderr } = await given(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    if (words.length > 0) expect(stderr).not.toContain("Usage:");
  });

  it.each([
    ["plan", "--yes"],
    ["plan", "--plain"],
    ["plan", "--metrics"],
    ["abort", "--now"],
    ["abort", "--accept"],
    ["runs", "--speed"],
  ])("%s has no %s, which would do nothing", async (...words) => {
    const { code, stderr } = await given(...words);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`unknown option '${words[1]}'`) as string,
    });
  });

  test("what commander refuses is an event for a machine too", async () => {
    const { code, stdout } = await given("upgrade", "--relese", "642", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      event: "error",
      code: "USAGE",
      detail: "unknown option '--relese'. Did you mean --release?",
      remedy: "See --help.",
    });
  });

  test("and says it to a machine as an event", async () => {
    const { code, stdout } = await given("status", "--stack", "nope", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      event: "error",
      code: "STACK_UNKNOWN",
      detail: expect.stringMatching(/^nope: /) as unknown,
      remedy: "Use --stack. `--stack lab` needs no account.",
    });
  });
});

/** Files that a module loads. */
function loadedBy(module: string): readonly string[] {
  const loaded = `require("./${module}"); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const words = ["--import", "tsx", "--eval", loaded];
  const files = JSON.parse(execFileSync(process.execPath, words, { cwd: ROOT, encoding: "utf8" })) as readonly string[];
  expect(files.some((file) => file.endsWith(`${module}.ts`))).toBe(true);
  return files;
}

test("the start of a command loads neither Pulumi nor AWS, which take seconds", () => {
  const slow = /node_modules\/(@pulumi|@aws-sdk|@grpc|ssh2|zx|tar)\//;
  expect(loadedBy("orchestration/program").filter((file) => slow.test(file))).toEqual([]);
}, 60_000);

test("opening a stack loads neither the Automation API nor the stack program, which only updates need", () => {
  const slow = /node_modules\/@pulumi\/|\/infra\/(program|components\/.*)\.ts$/;
  expect(loadedBy("orchestration/wiring/target").filter((file) => slow.test(file))).toEqual([]);
}, 60_000);

test("the runs of a lab that never ran are asked for in vain, and what begins it is said", async () => {
  const before = process.env["TFE_REPAVE_LAB_DIR"];
  process.env["TFE_REPAVE_LAB_DIR"] = resolve(tmpdir(), "tfe-repave-no-lab");
  try {
    const { code, stderr } = await given("runs", "--stack", "lab");
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining(
        "STACK_NOT_BUILT): lab: build it with `npm run upgrade -- --release 642 --stack lab",
      ) as string,
    });
  } finally {
    if (before === undefined) delete process.env["TFE_REPAVE_LAB_DIR"];
    else process.env["TFE_REPAVE_LAB_DIR"] = before;
  }
});

test("--version names the program and its version", async () => {
  const { version } = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as { readonly version: string };
  expect(await given("--version")).toEqual({ code: 0, stdout: `tfe-repave ${version}`, stderr: "" });
});

test("as a process: the exit code, and the reason on stderr", async () => {
  const { code, stdout, stderr } = await tfeRepave("upgrade", "--release", "v202207-9");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("Unknown release (RELEASE_UNKNOWN): v202207-9");
}, 60_000);
