import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { withoutProxy } from "./environment";
import { liveRecord, type LabRecord } from "./record";
import type { Verdict } from "./region/model";
import { spawnLab, type LabProcess } from "./spawn";
import { startLab } from "./server";

export { AWS_VARIABLES_IN_THE_WAY } from "./environment";
export { LabRunningError } from "./record";
export { LAB_STACK } from "./stackFiles";

const DEFAULT_SPEED = 30;

export interface SessionOptions {
  /** Folder of everything that the lab keeps. */
  readonly dir: string;
  /** Lab seconds a real second, for a lab that is started. Default 30. */
  readonly speed?: number | undefined;
  /** Lab seconds in which a node is built, for a lab that is started; see `LabOptions`. */
  readonly nodeBuild?: number | undefined;
  /** Leave a lab that is started running when the session or its process ends. */
  readonly keep?: boolean;
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
  /** Stops the lab if this session started it (and was not told to keep it). */
  close(): Promise<void>;
}

/** Attaches to the lab that runs on the folder, or starts one, which then lives no longer than this process. */
export async function openLab(options: SessionOptions): Promise<LabSession> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const live = await liveRecord(dir);
  if (live) return session(dir, live, undefined);
  try {
    const { speed = DEFAULT_SPEED, nodeBuild, keep = false } = options;
    const started = await spawnLab({ dir, speed, nodeBuild, keep });
    return session(dir, started.record, started);
  } catch (error) {
    // Somebody else may have started one in between.
    const other = await liveRecord(dir);
    if (other) return session(dir, other, undefined);
    throw error;
  }
}

function session(dir: string, record: LabRecord, started: LabProcess | undefined): LabSession {
  return {
    env: { ...record.env, ...withoutProxy(process.env) },
    dir,
    attached: started === undefined,
    verdict: async () => {
      const answer = await fetch(`${record.control}/verdict`);
      return (await answer.json()) as Verdict;
    },
    close: async () => started?.close(),
  };
}

export interface RunLabOptions {
  readonly dir: string;
  readonly speed?: number | undefined;
  readonly nodeBuild?: number | undefined;
  /** Where lines for a person go. */
  readonly out: (line: string) => void;
  /** Stops the lab; without one, SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal;
}

/** A lab in the foreground, until it is stopped. Throws `LabRunningError`. */
export async function runLab({ dir, speed = DEFAULT_SPEED, nodeBuild, out, signal }: RunLabOptions): Promise<void> {
  const lab = await startLab({ dir, speed, nodeBuild });
  const stop = (): void => void lab.stop();
  if (signal) {
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  } else for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, stop);
  const folder = resolve(dir);
  out(`The lab is running on ${folder}, ${speed} lab seconds a second.`);
  out(`  AWS endpoint    ${lab.record.env["AWS_ENDPOINT_URL"] ?? ""}`);
  out(`  load balancer   https://localhost:${lab.record.loadBalancerPort}`);
  out(`  witness         ${lab.record.control}/verdict`);
  out(`  in a shell      source ${folder}/env.sh`);
  out("Stop it with Ctrl-C; it goes on from there next time.");
  await lab.stopped;
}
