import { mkdir, rm } from "node:fs/promises";
import { RepaveError } from "../../../domain/errors";
import { type Machine, engineCache, engineExecutable, engineRoot } from "./cache";
import { DOWNLOAD_HOST, type Download, vendorDownload } from "./download";
import { buildWithGo } from "./goBuild";
import { rememberedVersion } from "./knownVersions";
import { type Obstacles, engineMissing, messageOf } from "./obstacles";
import { putInPlace } from "./placement";
import { findOnPath, rootOf } from "./searchPath";
import { MINIMUM_VERSION, newEnough, versionOf } from "./version";

/** An engine as `PulumiCommand.get({ root })` takes it: `<root>/bin/pulumi` runs. */
export interface Engine {
  readonly root: string;
  /** Of the command line interface, as `3.259.0`. */
  readonly version: string;
  readonly source: "path" | "cache" | "download" | "build";
}

export interface EngineOptions {
  /** One line for a person, when something takes time. */
  readonly onProgress?: (line: string) => void;
  /** Where to look and for which machine. Default: this process and its machine. */
  readonly machine?: Machine;
  /** Default: the vendor's. */
  readonly download?: Download;
  /** Bound on waiting for another process that brings the same engine (ms). Default 40 minutes: a build may take 30. */
  readonly waitMs?: number;
}

interface Search {
  readonly machine: Machine;
  readonly download: Download;
  readonly onProgress: (line: string) => void;
  readonly obstacles: Obstacles;
}

const thisMachine = (): Machine => ({ env: process.env, platform: process.platform, arch: process.arch });

const WAIT_MS = 40 * 60_000;

/**
 * Finds an engine or brings one: from PATH where new enough, from the user's cache, by the vendor's download, or built with Go
 * from the modules pinned here. Only the last two take time, and what they bring is in the cache afterwards.
 * Throws `ENGINE_MISSING` with the three ways out, within seconds when none of them is open.
 */
export async function ensureEngine(options: EngineOptions = {}): Promise<Engine> {
  const machine = options.machine ?? thisMachine();
  const search: Search = {
    machine,
    download: options.download ?? vendorDownload(machine),
    onProgress: options.onProgress ?? (() => undefined),
    obstacles: {},
  };
  try {
    return (
      (await onPath(search)) ?? (await inCache(search.machine)) ?? (await bring(search, options.waitMs ?? WAIT_MS))
    );
  } catch (thrown) {
    // With the way through Go closed, the three obstacles say it all.
    if (search.obstacles.go === undefined) search.obstacles.other = messageOf(thrown);
    throw engineMissing(search.obstacles, thrown);
  }
}

/** What `findEngine` found. */
export type EngineFound = Engine & { readonly executable: string };

/** The engine that `ensureEngine` would take without bringing one. Throws `ENGINE_MISSING`, which says what PATH and cache have. */
export async function findEngine(machine: Machine = thisMachine()): Promise<EngineFound> {
  const obstacles: Obstacles = {};
  const found = (await onPath({ machine, obstacles })) ?? (await inCache(machine));
  if (found) return { ...found, executable: engineExecutable(found.root) };
  const path = `pulumi ${MINIMUM_VERSION} or newer on PATH: ${obstacles.path ?? "not found"}`;
  throw new RepaveError("ENGINE_MISSING", `${path}; none in ${engineCache(machine)}`);
}

async function onPath({ machine, obstacles }: Pick<Search, "machine" | "obstacles">): Promise<Engine | undefined> {
  const executable = await findOnPath("pulumi", machine.env);
  if (executable === undefined) {
    obstacles.path = "not found";
    return undefined;
  }
  const version = await rememberedVersion(executable, machine);
  if (version === undefined || !newEnough(version)) {
    obstacles.path = `${executable} ${version === undefined ? "does not report its version" : `is ${version.version}`}`;
    return undefined;
  }
  return { root: await rootOf(executable, engineCache(machine)), version: version.version, source: "path" };
}

async function inCache(machine: Machine): Promise<Engine | undefined> {
  const root = engineRoot(machine);
  const version = await rememberedVersion(engineExecutable(root), machine);
  return version && { root, version: version.version, source: "cache" };
}

async function bring(search: Search, waitMs: number): Promise<Engine> {
  const { machine, onProgress } = search;
  let source: Engine["source"] = "cache";
  const present = async () => (await inCache(machine)) !== undefined;
  const fill = async (folder: string) => {
    if (await downloaded(folder, search)) source = "download";
    else if (await built(folder, search)) source = "build";
    else throw new Error("no source of a Pulumi CLI is available");
  };
  const onWait = () => onProgress("another process is installing the Pulumi CLI; waiting for it");
  await putInPlace({ target: engineRoot(machine), present, fill, onWait, waitMs });
  const engine = await inCache(machine);
  if (engine === undefined) throw new Error(`${engineRoot(machine)} was removed`);
  return { ...engine, source };
}

async function downloaded(folder: string, { machine, download, onProgress, obstacles }: Search): Promise<boolean> {
  if (download.refused !== undefined) {
    obstacles.download = download.refused;
    return false;
  }
  if (!(await download.reachable())) {
    obstacles.download = "it cannot be reached";
    return false;
  }
  onProgress(`downloading the Pulumi CLI from ${DOWNLOAD_HOST}`);
  try {
    await download.install(folder);
    if ((await versionOf(engineExecutable(folder), machine.env)) !== undefined) return true;
    obstacles.download = "the downloaded program does not run";
  } catch (thrown) {
    obstacles.download = `it failed: ${messageOf(thrown)}`;
  }
  onProgress(`the download failed: ${obstacles.download}`);
  // Half a download must not end up among what is built.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return false;
}

async function built(folder: string, { machine, onProgress, obstacles }: Search): Promise<boolean> {
  const go = await findOnPath("go", machine.env);
  if (go === undefined) {
    obstacles.go = "no go on PATH";
    return false;
  }
  try {
    await buildWithGo(go, folder, machine.env, onProgress);
    if ((await versionOf(engineExecutable(folder), machine.env)) !== undefined) return true;
    obstacles.go = "the built program does not run";
  } catch (thrown) {
    obstacles.go = messageOf(thrown);
  }
  return false;
}
