/** `doctor` with the real Pulumi CLI: on an empty machine, in a lab in which nothing is built, and with a backend in a folder. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { engineSight } from "../../orchestration/adapters/pulumi/diagnosis";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { engineExecutable } from "../../orchestration/adapters/pulumi/engine/cache";
import { runProcess } from "../../orchestration/adapters/machine/process";
import type { EngineSight } from "../../orchestration/ports/diagnosis";
import { run, type Ended } from "./support/command";
import { labFolder } from "./support/labFolder";

jest.setTimeout(120_000);

interface Row {
  readonly id: string;
  readonly state: "ok" | "failed" | "unchecked";
  readonly seen: string;
  readonly fix: string | null;
}

const rowsIn = ({ stdout }: Ended): ReadonlyMap<string, Row> => {
  const { rows } = JSON.parse(stdout) as { readonly rows: readonly Row[] };
  return new Map(rows.map((row) => [row.id, row]));
};

const statesIn = (ended: Ended, state: Row["state"]): readonly string[] =>
  [...rowsIn(ended).values()].filter((row) => row.state === state).map(({ id }) => id);

describe("on a machine with an empty home folder", () => {
  let base: string;
  beforeAll(async () => {
    await ensureEngine();
    base = await mkdtemp(join(tmpdir(), "tfe-e2e-"));
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  /** `cache`: where engines are looked for. */
  const doctor = (cache: string, ...words: readonly string[]): Promise<Ended> => {
    const node = [process.execPath, "--import", pathToFileURL(require.resolve("tsx")).href];
    return run([...node, "orchestration/cli.ts", "doctor", ...words], {
      env: {
        PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
        HOME: base,
        XDG_CACHE_HOME: cache,
        TMPDIR: tmpdir(),
        AWS_REGION: "eu-west-1",
        AWS_EC2_METADATA_DISABLED: "true",
      },
      limit: 60,
    });
  };

  it("names no login, no plugin and no credentials, each with its fix, and claims nothing about a stack", async () => {
    const ended = await doctor(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "--json");
    expect(ended.code).toBe(3);
    const rows = rowsIn(ended);
    expect(rows.get("login")).toMatchObject({
      state: "failed",
      seen: expect.stringMatching(/^Not logged in/) as string,
    });
    expect(rows.get("login")?.fix).toMatch(/pulumi login$/);
    expect(rows.get("plugins")?.seen).toMatch(/^not installed: aws \S+, command \S+$/);
    expect(rows.get("plugins")?.fix).toMatch(/plugin install resource aws 7\S+ && .*plugin install resource command /);
    expect(rows.get("identity")).toMatchObject({
      state: "failed",
      seen: expect.stringMatching(/^No AWS credentials found: .*neither of which exists/) as string,
      fix: "aws configure sso",
    });
    expect(statesIn(ended, "failed")).toEqual(["plugins", "login", "identity"]);
    expect(statesIn(ended, "unchecked")).toEqual(
      expect.arrayContaining(["stack", "secrets", "permissions", "nodes", "health", "store", "windows"]),
    );
  });

  it("brings no Pulumi CLI where there is none", async () => {
    const cache = join(base, "cache");
    const ended = await doctor(cache, "--json");
    expect(rowsIn(ended).get("engine")).toMatchObject({ state: "failed", fix: "npm run engine" });
    expect(rowsIn(ended).get("login")).toMatchObject({ state: "unchecked", seen: "there is no Pulumi CLI" });
    expect(await readdir(cache).catch(() => [])).toEqual([]);
    expect(ended.seconds).toBeLessThan(30);
  });

  it("names a stack that has no file, and the known ones", async () => {
    const ended = await doctor(join(base, "cache"), "--stack", "nowhere");
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/✗ {2}stack file +Unknown stack: nowhere: .*does not exist/);
    expect(ended.stdout).toMatch(/– {2}nodes +not checked: the stack cannot be read/);
  });
});

it("finds nothing wrong in a new lab, builds nothing in it, and says what it cannot see yet", async () => {
  const lab = await labFolder();
  try {
    const ended = await lab.npm("doctor", "--stack", "lab", "--json", "--notify");
    expect(statesIn(ended, "failed")).toEqual([]);
    expect(ended.code).toBe(0);
    expect(statesIn(ended, "unchecked")).toEqual(["secrets", "nodes", "health"]);
    const { groups, instances, publications = [] } = await lab.region();
    expect([groups, instances]).toEqual([[], []]);
    expect(publications.map(({ attributes }) => attributes)).toEqual([{ kind: "test", stack: "lab" }]);
    expect(ended.stdout).not.toMatch(/lab-passphrase|lab-secret-access-key/);
    const tested = await lab.npm("notify", "test", "--stack", "lab", "--json");
    expect([tested.code, [...rowsIn(tested).keys()]]).toEqual([0, ["notifications"]]);
    expect((await lab.region()).publications).toHaveLength(2);
    await lab.edit((text) => text.replace(/^ *tfe:notifyTopicArn: .*\n/m, ""));
    expect((await lab.npm("notify", "test", "--stack", "lab")).code).toBe(3);
  } finally {
    expect(await lab.close()).toEqual([]);
  }
});

describe("a backend in a folder", () => {
  let base: string;
  let env: NodeJS.ProcessEnv;
  let file: string;
  const signal = AbortSignal.timeout(100_000);

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "tfe-e2e-"));
    await mkdir(join(base, "state"));
    await writeFile(join(base, "Pulumi.yaml"), "name: tfe\nruntime: nodejs\n");
    env = {
      PATH: process.env["PATH"],
      HOME: base,
      TMPDIR: tmpdir(),
      PULUMI_BACKEND_URL: pathToFileURL(join(base, "state")).href,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    file = join(base, "Pulumi.production.yaml");
    const { root } = await ensureEngine();
    const words = [engineExecutable(root), "stack", "init", "production", "--non-interactive"];
    const made = await runProcess(words, { cwd: base, env: { ...env, PULUMI_CONFIG_PASSPHRASE: "right" } });
    expect(made).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  const withMore = (more: NodeJS.ProcessEnv, name = "production"): EngineSight =>
    engineSight({ env: { ...env, ...more }, stack: { name, file: () => file } });

  it("knows its user, and encrypts with the right passphrase without changing the stack file", async () => {
    const before = await readdir(base);
    const sight = withMore({ PULUMI_CONFIG_PASSPHRASE: "right" });
    expect((await sight.login(signal)).url).toBe(env["PULUMI_BACKEND_URL"]);
    expect(await sight.encrypts(signal)).toBe("passphrase");
    expect((await readdir(base)).filter((name) => !before.includes(name) && name !== ".pulumi")).toEqual([]);
  });

  it.each([
    ["a wrong passphrase", { PULUMI_CONFIG_PASSPHRASE: "wrong" }, "PASSPHRASE_WRONG"],
    ["no passphrase", {}, "PASSPHRASE_MISSING"],
  ])("with %s does not encrypt", async (_title, more, code) => {
    await expect(withMore(more).encrypts(signal)).rejects.toMatchObject({ code });
  });

  it("that does not know the stack is told apart", async () => {
    const sight = withMore({ PULUMI_CONFIG_PASSPHRASE: "right" }, "staging");
    await expect(sight.encrypts(signal)).rejects.toMatchObject({ code: "STACK_NOT_BUILT" });
  });

  it.each([
    ["a folder that is not there", { PULUMI_BACKEND_URL: "file:///nowhere/state" }, "BACKEND_UNREACHABLE"],
    [
      "a closed port",
      { PULUMI_BACKEND_URL: "https://127.0.0.1:9", PULUMI_ACCESS_TOKEN: "pul-0123456789" },
      "BACKEND_UNREACHABLE",
    ],
    ["no backend", { PULUMI_BACKEND_URL: undefined }, "NOT_LOGGED_IN"],
  ])("with %s there is no login", async (_title, more, code) => {
    const failure = await withMore(more)
      .login(signal)
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).not.toContain("pul-0123456789");
  });

  it("asks for no plugin of a provider that the engine is attached to", async () => {
    const attached = { PULUMI_DEBUG_PROVIDERS: "aws:4711" };
    const { missing, attached: names } = await withMore(attached).plugins(signal);
    expect([missing.map(({ name }) => name), names]).toEqual([["command"], ["aws"]]);
  });
});
