import { resolve } from "node:path";
import { CLOCK_ENV } from "../infra/runs/clockScale";
import { serveAws } from "./aws/endpoint";
import { keepAdvancing, labClock } from "./clock";
import { serveControl } from "./control";
import { labEnvironment, withoutProxy, writeEnvScript } from "./environment";
import { type FaultRequest, setFaults } from "./faults";
import { faultDeeds } from "./faults/course";
import { elsewhereIn, type EstateName } from "./estates";
import { serveProviders } from "./provider";
import { claim, estateOf, type LabRecord, publish, requireSameStack } from "./record";
import type { RegionApi } from "./region/api";
import { DEFAULT_TIMINGS, timingsOfBuild } from "./region/defaults";
import type { Timings } from "./region/model";
import { createRegion } from "./region/region";
import { startSsh } from "./ssh/servers";
import { labHome, LAB_STACK, prepareStack } from "./stackFiles";
import { loadState, openStore } from "./store";
import { startTraffic } from "./traffic";

export interface LabOptions {
  /** Folder of everything that the lab keeps. */
  readonly dir: string;
  /** Name of its stack. Default `lab`. */
  readonly stack?: string | undefined;
  /** Lab seconds a real second. */
  readonly speed: number;
  /** Lab seconds in which a node is built, all other durations in proportion. Default: as the folder's lab had it, or 360. */
  readonly nodeBuild?: number | undefined;
  /** What stands in the lab. Default: what the folder's lab had, or the usual one. */
  readonly estate?: EstateName | undefined;
  /** Of what is by chance in a new lab: how long runs take, and ids. Default: always the same one. */
  readonly seed?: number | undefined;
  /** What is to go wrong, and nothing else; undefined: what the folder's lab still had before it. */
  readonly faults?: readonly FaultRequest[] | undefined;
}

export interface RunningLab {
  readonly record: LabRecord;
  readonly region: RegionApi;
  /** Writes the region down and closes everything. Calling it again gives the same promise. */
  stop(): Promise<void>;
  /** Resolves when the lab has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}

const SAVE_EVERY = 1000;
/** Real milliseconds within which the region counts as up to date: one request passes several parts, each of which asks. */
const RESOLUTION = 2;

/** Starts the lab on a folder, or goes on with the one that was there. Throws `LabRunningError`, `LabEstateError`. */
export async function startLab(options: LabOptions): Promise<RunningLab> {
  const dir = resolve(options.dir);
  return claim(dir, (previous) => compose(dir, options, previous));
}

/** How long ago somebody else built a fleet: long enough for its nodes to serve, whatever their order, and to have work. */
const ageOfFleet = (timings: Partial<Timings>): number => {
  const { boot, install, migrate, start } = { ...DEFAULT_TIMINGS, ...timings };
  return 5 * (boot + install + migrate + start);
};

async function compose(
  dir: string,
  { stack = LAB_STACK, speed, nodeBuild, faults, seed, estate: wanted }: LabOptions,
  previous: LabRecord | undefined,
): Promise<RunningLab> {
  const estate = estateOf(dir, previous, wanted);
  requireSameStack(dir, previous, stack);
  const state = await loadState(dir);
  const clock = labClock({ speed, labOrigin: state?.now ?? Date.now() });
  const timings = nodeBuild === undefined ? {} : timingsOfBuild(nodeBuild * 1000);
  const elsewhere = state ? undefined : elsewhereIn(estate);
  const region = createRegion({
    faults: faultDeeds,
    // What others built stood there before anybody came to look.
    ...(state
      ? { state }
      : { now: clock.now() - (elsewhere ? ageOfFleet(timings) : 0), ...(seed === undefined ? {} : { seed }) }),
    timings,
  });
  elsewhere?.build(region);
  const advance = (): void => {
    const now = clock.now();
    if (now - region.state.now >= RESOLUTION * speed) region.advance(now);
  };
  if (faults) setFaults(region.state, faults);
  const store = openStore(dir, region.state);
  if (elsewhere) region.advance(clock.now());

  const ssh = await startSsh(region, dir, advance);
  await ssh.reconcile();
  const traffic = await startTraffic({ region, dir, clock, advance, port: previous?.loadBalancerPort });
  const endpoint = await serveAws(region, { advance, sleep: (ms) => clock.sleep(ms) });
  // The state of a folder's stack is locked with the passphrase that it was made with.
  const passphrase = previous?.env["PULUMI_CONFIG_PASSPHRASE"];
  const facts = {
    dir,
    home: labHome(dir, stack),
    region: region.state.region,
    awsUrl: endpoint.url,
    scale: clock.scale,
    passphrase,
  };
  const forCommands = labEnvironment({ ...facts, providers: { aws: 0, command: 0 } });
  const commandEnv = { ...process.env, ...forCommands, ...withoutProxy(process.env) };
  const providers = await serveProviders(region, { now: () => clock.now(), env: commandEnv });
  const env = labEnvironment({ ...facts, providers });
  const loadBalancerPort = traffic.port;
  await prepareStack({ dir, stack, estate, loadBalancerPort, caFile: traffic.caFile, sshConfigFile: ssh.configFile });
  await writeEnvScript(dir, env);

  const endAdvancing = keepAdvancing(clock, () => {
    advance();
    traffic.reconcile().catch(complain);
    ssh.reconcile().catch(complain);
    return region.nextDue();
  });
  const saving = setInterval(() => void store.save().catch(unsaved), SAVE_EVERY);

  async function close(): Promise<void> {
    endAdvancing();
    clearInterval(saving);
    region.advance(clock.now());
    // What was reached is written first: nothing that hangs while it closes may cost it.
    await store.save().catch(complain);
    await Promise.all([traffic, endpoint, providers, ssh, control].map((part) => part.close()));
    ended();
  }

  function unsaved(error: unknown): void {
    complain(error);
    // Somebody removed the folder: there is nothing left to be a lab of.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") void stop();
  }

  let ended: () => void = () => undefined;
  const stopped = new Promise<void>((done) => (ended = done));
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= close());
  /** Whoever comes to the lab from now on reads its new time. */
  async function jump(to: number): Promise<void> {
    clock.jump(to);
    region.advance(clock.now());
    for (const each of [env, commandEnv]) Object.assign(each, { [CLOCK_ENV]: JSON.stringify(clock.scale) });
    await writeEnvScript(dir, env);
    await publish(dir, record);
    await store.save();
  }

  const control = await serveControl({ region, estate, clock, advance, jump, stop: () => void stop() });
  const record = { pid: process.pid, stack, speed, control: control.url, loadBalancerPort, estate, env };
  return { record, region, stop, stopped };
}

function complain(error: unknown): void {
  process.stderr.write(`lab: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
