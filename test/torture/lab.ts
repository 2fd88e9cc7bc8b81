import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { addFaults, checkFaults, clearFaults } from "../../lab/faults";
import type { RegionState } from "../../lab/region/model";
import { readRecord } from "../../lab/record";
import { type RunningLab, startLab } from "../../lab/server";
import { AWS_VARIABLES_IN_THE_WAY } from "../../lab/session";
import type { Course } from "./course";
import { type Ended, type Operator, startOperator } from "./operator";
import { pause } from "./processes";

/** A lab in a folder of its own that outlives the commands given to it, set back to a healthy fleet before every case. */
export interface CaseLab {
  readonly dir: string;
  readonly course: Course;
  readonly state: RegionState;
  /** Lab seconds a real second. */
  readonly speed: number;
  /** What leads AWS clients and the engine of a person to the lab. */
  readonly env: Readonly<Record<string, string>>;
  /** Gives a command; its output is kept below `dir`. */
  start(...args: readonly string[]): Operator;
  run(...args: readonly string[]): Promise<Ended>;
  /** Commands given since the lab was set back. */
  readonly operators: readonly Operator[];
  /** What the witness may have seen without a fault of the product. */
  readonly allowed: Readonly<Losses>;
  allow(more: Partial<Losses>): void;
  addFaults(faults: readonly unknown[]): void;
  liftFaults(): void;
}

export interface Losses {
  lostJobs: number;
  killedWhileBooting: number;
}

export interface Grounds {
  /** A fresh estate for one case; the one before is gone. `bare`: without a fleet. */
  reset(speed: number, bare?: boolean): Promise<CaseLab>;
  close(): Promise<void>;
}

/** Lab seconds in which a node is built: all of a node's life keeps its proportions, and a case takes half the time. */
const NODE_BUILD = 180;

export interface FleetOptions {
  readonly seed?: number;
  /** Lab seconds in which a node is built. */
  readonly nodeBuild: number;
  /** Lab seconds that the fleet works before it is copied. */
  readonly settle: number;
}

/** Builds the fleet once, in a folder of the worker; every case begins with a copy of it. A fleet that is there is used again. */
export async function openGrounds(
  folder: string,
  speed: number,
  course: Course,
  fleet: FleetOptions = { nodeBuild: NODE_BUILD, settle: 0 },
): Promise<Grounds> {
  const template = join(folder, "template");
  const dir = join(folder, "lab");
  const port = (await readRecord(template))?.loadBalancerPort ?? (await buildFleet(folder, speed, course, fleet));
  let lab: RunningLab | undefined;

  return {
    async reset(caseSpeed, bare = false) {
      await lab?.stop();
      await rm(dir, { recursive: true, force: true });
      if (!bare) await cp(template, dir, { recursive: true });
      lab = await startLab({
        dir,
        speed: caseSpeed,
        estate: course.estate,
        ...(bare ? { nodeBuild: fleet.nodeBuild } : {}),
      });
      if (!bare && lab.record.loadBalancerPort !== port)
        throw new Error(`The load balancer's port ${port} was taken meanwhile`);
      return caseLab(folder, lab, { dir, speed: caseSpeed, course });
    },
    async close() {
      await lab?.stop();
      lab = undefined;
    },
  };
}

/** Gives the load balancer's port. */
async function buildFleet(
  folder: string,
  speed: number,
  course: Course,
  { settle, ...options }: FleetOptions,
): Promise<number> {
  const dir = join(folder, "lab");
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const lab = await startLab({ dir, speed, estate: course.estate, ...options });
  try {
    const first = await caseLab(folder, lab, { dir, speed, course });
    const built = await first.run("status");
    if (built.exitCode !== 0) throw new Error(`The fleet could not be built: ${built.reason}`);
    await pause((settle * 1000) / speed);
  } finally {
    await lab.stop();
  }
  await cp(dir, join(folder, "template"), { recursive: true });
  return lab.record.loadBalancerPort;
}

async function caseLab(
  folder: string,
  lab: RunningLab,
  { dir, speed, course }: Pick<CaseLab, "dir" | "speed" | "course">,
): Promise<CaseLab> {
  const commands = join(dir, "commands");
  const temporary = join(folder, "tmp");
  await mkdir(commands, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const operators: Operator[] = [];
  const allowed: Losses = { lostJobs: 0, killedWhileBooting: 0 };
  const { state } = lab.region;
  const env: NodeJS.ProcessEnv = { ...process.env, TFE_REPAVE_LAB_DIR: dir, TMPDIR: temporary };
  for (const name of AWS_VARIABLES_IN_THE_WAY) Reflect.deleteProperty(env, name);

  function start(...args: readonly string[]): Operator {
    const log = join(commands, `${String(operators.length + 1).padStart(2, "0")}-${args[0] ?? ""}.jsonl`);
    const operator = startOperator({ args, env, log });
    operators.push(operator);
    return operator;
  }
  return {
    dir,
    course,
    state,
    speed,
    env: lab.record.env,
    start,
    run: (...args) => start(...args).ended,
    operators,
    allowed,
    allow: (more) => Object.assign(allowed, more),
    addFaults: (faults) => addFaults(state, checkFaults(faults)),
    liftFaults: () => clearFaults(state),
  };
}

/** Names of the engine's lock files for the lab's stack. */
export async function engineLocks({ dir }: Pick<CaseLab, "dir">): Promise<readonly string[]> {
  const folder = join(dir, "state", ".pulumi", "locks", "organization", "tfe", "lab");
  return readdir(folder).catch(() => []);
}

/** The stack's state as the engine last wrote it. */
export async function checkpoint({ dir }: Pick<CaseLab, "dir">): Promise<string> {
  return readFile(join(dir, "state", ".pulumi", "stacks", "tfe", "lab.json"), "utf8").catch(() => "");
}
