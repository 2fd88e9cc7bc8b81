import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { liveRecord } from "../../../lab/record";
import type { RegionState } from "../../../lab/region/model";
import { run, start, type Ended, type Started } from "./command";
import { endProcessesWith, processesWith } from "./processes";

/** Longest that any command of these tests may take, in real seconds. */
const LIMIT = 400;

/** A lab's folder of one's own, in which the product's commands are run as a person runs them. */
export interface LabFolder {
  readonly dir: string;
  readonly stackFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** `npm run -s <words>`. */
  npm(...words: readonly string[]): Promise<Ended>;
  startNpm(...words: readonly string[]): Started;
  read(name: string): Promise<string>;
  edit(change: (stackFile: string) => string): Promise<void>;
  /** The region as it is now, or as a lab that has ended left it. */
  region(): Promise<RegionState>;
  /** What must be the same after a command that changes nothing. */
  snapshot(): Promise<unknown>;
  /** Ends and removes everything; resolves to what the commands themselves had left: processes, and temporary files. */
  close(): Promise<readonly string[]>;
}

export async function labFolder(): Promise<LabFolder> {
  const base = await mkdtemp(join(tmpdir(), "tfe-e2e-"));
  const [dir, temporary] = [join(base, "lab"), join(base, "tmp")];
  await mkdir(temporary);
  const env = {
    ...withoutSettings(process.env),
    TFE_REPAVE_LAB_DIR: dir,
    TMPDIR: temporary,
    // The engine keeps its workspaces in the home folder otherwise.
    PULUMI_HOME: join(base, "pulumi"),
  };
  const stackFile = join(dir, "Pulumi.lab.yaml");
  const npm = (words: readonly string[]): string[] => {
    const [script = "", ...options] = words;
    return ["npm", "run", "--silent", script, "--", ...options];
  };
  const region = async (): Promise<RegionState> => {
    const live = await liveRecord(dir);
    // What a lab that runs has written down may be a second old.
    const text = live ? (await fetch(`${live.control}/state`)).text() : readFile(join(dir, "region.json"), "utf8");
    return JSON.parse(await text) as RegionState;
  };

  return {
    dir,
    stackFile,
    env,
    npm: (...words) => run(npm(words), { env, limit: LIMIT }),
    startNpm: (...words) => start(npm(words), { env, limit: LIMIT }),
    read: (name) => readFile(join(dir, name), "utf8"),
    async edit(change) {
      await writeFile(stackFile, change(await readFile(stackFile, "utf8")));
    },
    region,
    async snapshot() {
      const { groups, instances, launchTemplates } = await region();
      const alive = instances.filter((instance) => instance.state !== "terminated");
      return {
        stackFile: await readFile(stackFile, "utf8"),
        runs: (await readdir(join(dir, "runs"), { recursive: true })).sort(),
        groups,
        templates: launchTemplates,
        instances: alive.map(({ id, state, lifecycle, node }) => [id, state, lifecycle, node.phase]),
      };
    },
    async close() {
      const left = [...processesWith(dir), ...(await readdir(temporary).catch(() => [])).filter(isOurs)];
      endProcessesWith(dir);
      await rm(base, { recursive: true, force: true });
      return left;
    },
  };
}

/** A variable of the developer's own must not decide a test. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AWS|PULUMI|TFE_REPAVE)_/.test(name)));
}

/** The compilers' caches, and the pipes of the engine's language host, are not the product's. */
const isOurs = (name: string): boolean => !/^(tsx-|ts-node-|node-compile-cache|pulumi-node-pipes)/.test(name);

/** What `source <dir>/env.sh` makes of the environment. */
export function sourced({ dir, env }: LabFolder): NodeJS.ProcessEnv {
  const shell = execFileSync("sh", ["-c", '. "$1" && env -0', "sh", join(dir, "env.sh")], { env, encoding: "utf8" });
  const variable = (line: string): [string, string] => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)];
  return Object.fromEntries(shell.split("\0").filter(Boolean).map(variable));
}
