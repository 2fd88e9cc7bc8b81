import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { withoutProxy } from "./environment";
import { estateNamed } from "./estates";
import { type FaultRequest, parseFaults } from "./faults";
import { estateOf, liveRecord, readRecord, requireSameStack, type LabRecord } from "./record";
import type { Fault, Verdict } from "./region/model";
import { spawnLab, type LabProcess } from "./spawn";
import type * as server from "./server";
import { LAB_STACK } from "./stackFiles";

export { AWS_VARIABLES_IN_THE_WAY, ENGINE_BIN_ENV } from "./environment";
export { FAULT_NAMES, FaultScriptError, parseFaults, type FaultRequest } from "./faults";
export { ESTATE_NAMES } from "./estates";
export { LabRunningError } from "./record";
export { LabEstateError } from "./estates";
export { isLabStack, LAB_STACK, labFolder } from "./stackFiles";

const DEFAULT_SPEED = 30;

export interface SessionOptions {
  /** Folder of everything that the lab keeps. */
  readonly dir: string;
  /** Name of its stack. Default `lab`. */
  readonly stack?: string | undefined;
  /** Lab seconds a real second, for a lab that is started. Default 30. */
  readonly speed?: number | undefined;
  /** Lab seconds in which a node is built, for a lab that is started; see `LabOptions`. */
  readonly nodeBuild?: number | undefined;
  /** What must stand in the lab; `default` for a new lab, and whatever stands for one that is there. */
  readonly estate?: string | undefined;
  /**
   * What is to go wrong, as `parseFaults` takes it, and nothing else. Default: for a lab that is started, what the environment's
   * TFE_REPAVE_LAB_FAULTS says; without that, what the lab still had before it.
   */
  readonly faults?: readonly string[] | undefined;
  /** Leave a lab that is started running when the session or its process ends. */
  readonly keep?: boolean;
}

/** See `Elsewhere`. */
export interface FleetElsewhere {
  readonly groupName: string;
  readonly stackKeys: Readonly<Record<string, unknown>>;
}

/** A lab at one's service. */
export interface LabSession {
  /** To be put over the process's environment; see `AWS_VARIABLES_IN_THE_WAY` for what must go. */
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  /** Whether the lab was there already. */
  readonly attached: boolean;
  /** What the lab's witness has seen. */
  verdict(): Promise<Verdict>;
  /** What was to go wrong, and what has become of it. */
  faults(): Promise<readonly Fault[]>;
  /** The fleet that somebody else's code built, and what nobody can read from it. Undefined: the fleet is the stack's own. */
  elsewhere(): Promise<FleetElsewhere | undefined>;
  /** Publishes a base image; the stack's parameter names it from now on. */
  publishImage(): Promise<{ readonly id: string; readonly name: string }>;
  /** Moves the lab's clock on, by seconds or to a time (ISO 8601), and answers what it shows then. Not while a command runs. */
  advance(by: { readonly seconds: number } | { readonly to: string }): Promise<number>;
  /** Stops the lab if this session started it (and was not told to keep it). */
  close(): Promise<void>;
}

/**
 * Attaches to the lab that runs on the folder, or starts one, which then lives no longer than this process.
 * Throws `FaultScriptError` before it does either, and `LabEstateError` where another estate stands there.
 */
export async function openLab(options: SessionOptions): Promise<LabSession> {
  const given = options.faults && parseFaults(options.faults);
  const onStart = given ?? faultsOfEnvironment();
  const opened = await attachOrStart(options);
  const faults = opened.attached ? given : onStart;
  try {
    if (faults) await opened.setFaults(faults);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Names of faults, or a script's file; see `parseFaults`. */
const FAULTS_ENV = "TFE_REPAVE_LAB_FAULTS";

function faultsOfEnvironment(): readonly FaultRequest[] | undefined {
  const words = process.env[FAULTS_ENV];
  return words === undefined || words === "" ? undefined : parseFaults([words]);
}

async function attachOrStart(options: SessionOptions): Promise<Opened> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const estate = estateNamed(options.estate);
  const previous = await readRecord(dir);
  estateOf(dir, previous, estate);
  requireSameStack(dir, previous, options.stack ?? LAB_STACK);
  const live = await liveRecord(dir);
  if (live) return session(dir, live, undefined);
  try {
    const { stack, speed = DEFAULT_SPEED, nodeBuild, keep = false } = options;
    const started = await spawnLab({ dir, stack, speed, nodeBuild, estate, keep });
    return session(dir, started.record, started);
  } catch (error) {
    // Somebody else may have started one in between.
    const other = await liveRecord(dir);
    if (other) return session(dir, other, undefined);
    throw error;
  }
}

/** The environment of the lab that runs on the folder, or that ran there last: what is read of it needs no lab to run. */
export const lastLab = async (dir: string): Promise<Pick<LabSession, "env"> | undefined> => readRecord(resolve(dir));

interface Opened extends LabSession {
  setFaults(faults: readonly FaultRequest[]): Promise<void>;
}

function session(dir: string, record: LabRecord, started: LabProcess | undefined): Opened {
  return {
    env: { ...record.env, ...withoutProxy(process.env) },
    dir,
    attached: started === undefined,
    verdict: async () => {
      const answer = await fetch(`${record.control}/verdict`);
      return (await answer.json()) as Verdict;
    },
    faults: async () => {
      const answer = await fetch(`${record.control}/faults`);
      return (await answer.json()) as readonly Fault[];
    },
    elsewhere: async () => {
      const answer = await fetch(`${record.control}/elsewhere`);
      return ((await answer.json()) as FleetElsewhere | null) ?? undefined;
    },
    setFaults: async (faults) => {
      const answer = await fetch(`${record.control}/faults`, { method: "PUT", body: JSON.stringify(faults) });
      if (!answer.ok) throw new Error(`The lab rejected the faults: ${await answer.text()}`);
    },
    publishImage: async () => (await post(record, "images", {})) as { id: string; name: string },
    advance: async (by) => ((await post(record, "advance", by)) as { now: number }).now,
    close: async () => started?.close(),
  };
}

async function post({ control }: LabRecord, what: string, body: object): Promise<unknown> {
  const answer = await fetch(`${control}/${what}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The lab rejected the request: ${await answer.text()}`);
  return answer.json();
}

export interface RunLabOptions {
  readonly dir: string;
  /** Name of its stack. Default `lab`. */
  readonly stack?: string | undefined;
  readonly speed?: number | undefined;
  readonly nodeBuild?: number | undefined;
  readonly estate?: string | undefined;
  /** As in `SessionOptions`. */
  readonly faults?: readonly string[] | undefined;
  /** Where lines for a person go. */
  readonly out: (line: string) => void;
  /** Stops the lab; without one, SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal;
}

/** A lab in the foreground, until it is stopped. Throws `LabRunningError`, `LabEstateError`. */
export async function runLab(options: RunLabOptions): Promise<void> {
  const { dir, stack = LAB_STACK, speed = DEFAULT_SPEED, nodeBuild, out, signal } = options;
  const estate = estateNamed(options.estate);
  const faults = options.faults ? parseFaults(options.faults) : faultsOfEnvironment();
  // The region itself, its servers and their keys: whoever only talks to a lab does without.
  const { startLab } = createRequire(__filename)("./server") as typeof server;
  const lab = await startLab({ dir, stack, speed, nodeBuild, estate, faults });
  const stop = (): void => void lab.stop();
  if (signal) {
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  } else for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, stop);
  const folder = resolve(dir);
  out(`The lab is running in ${folder}, at ${speed} lab seconds per second, with the estate "${lab.record.estate}".`);
  out(`  AWS endpoint    ${lab.record.env["AWS_ENDPOINT_URL"] ?? ""}`);
  out(`  load balancer   https://localhost:${lab.record.loadBalancerPort}`);
  out(`  witness         ${lab.record.control}/verdict`);
  out(`  in a shell      source ${folder}/env.sh`);
  out(`  and then        aws …, or pulumi … --stack ${stack} --config-file ${folder}/Pulumi.${stack}.yaml`);
  out("Stop it with Ctrl-C. It continues from there next time.");
  await lab.stopped;
}
