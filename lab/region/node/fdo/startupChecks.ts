import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { releaseName, releaseWord } from "../../releases";
import { appRuns } from "../phases";
import { unmetRequirements } from "../requirements";
import { oldestPostgres, SINCE } from "./versions";

/** A check that the application makes before it starts; its names are the vendor's. */
export interface StartupCheck {
  readonly name: string;
  /** What it says when it fails; undefined: it passes. */
  readonly error: string | undefined;
  /** A failure does not keep the node from starting. */
  readonly ignored: boolean;
}

const NAMES = ["config", "license", "tls", "disk", "database", "redis", "archivist", "upgrade"] as const;
export type StartupCheckName = (typeof NAMES)[number];

/** A heartbeat is fresh for this long. */
const FRESH = 10_000;

/** What the application's own checks find now, in their order. */
export function startupChecks(state: RegionState, instance: Instance): readonly StartupCheck[] {
  const found: Partial<Record<StartupCheckName, string | undefined>> = {
    config: configProblem(instance),
    license: instance.node.settings["TFE_LICENSE"]?.includes("licence") ? undefined : BAD_LICENCE,
    database: databaseProblem(state, instance.node.release),
    upgrade: upgradeProblem(state, instance.node.release) ?? liveNodeProblem(state, instance),
  };
  for (const { fault, effect } of inEffect(state, "startup-check-fails", instance.id)) {
    strike(state, fault, `the startup check ${effect.check} of ${instance.id} failed`);
    found[effect.check as StartupCheckName] = BY_FAULT[effect.check] ?? "unexpected error";
  }
  const ignored = ignoredIn(instance);
  return NAMES.map((name) => ({ name, error: found[name], ignored: ignored.includes(name) }));
}

/** What may be told to be ignored: never `config` and `upgrade`. */
const IGNORABLE: readonly string[] = ["license", "tls", "disk", "database", "redis", "archivist"];

function ignoredIn({ node }: Instance): readonly string[] {
  if (node.release < SINCE.ignoredFailures) return [];
  const listed = (node.settings["TFE_STARTUP_CHECKS_IGNORE_FAILURES"] ?? "").split(",").map((word) => word.trim());
  return listed.filter((word) => IGNORABLE.includes(word));
}

const BAD_LICENCE = "failed parsing license: incorrectly formatted license";

const BY_FAULT: Readonly<Record<string, string>> = {
  license: BAD_LICENCE,
  database: "failed to connect to database: dial tcp: connect: connection refused",
  redis: "failed to ping redis: NOAUTH Authentication required",
  tls: "failed reading certificate: PEM data is not valid",
};

/** Those without which no node of several can work. */
const NEEDED = ["TFE_HOSTNAME", "TFE_ENCRYPTION_PASSWORD", "TFE_DATABASE_HOST", "TFE_REDIS_HOST"] as const;

function configProblem({ node }: Instance): string | undefined {
  const missing = NEEDED.filter((name) => (node.settings[name] ?? "") === "");
  return missing.length === 0 ? undefined : `missing required settings: ${missing.join(", ")}`;
}

/** Why the release does not run on the database's version; undefined: it does. */
export function databaseProblem(state: RegionState, release: number): string | undefined {
  const oldest = oldestPostgres(release);
  const old = state.dbInstances.find(({ engineVersion }) => Number.parseInt(engineVersion, 10) < oldest);
  return old && `unsupported PostgreSQL version ${old.engineVersion}: version ${oldest} or newer is required`;
}

/** Why the release may not follow what the database has seen; undefined: it may. */
export function upgradeProblem(state: RegionState, release: number): string | undefined {
  const { schemaRelease } = state.database;
  if (schemaRelease !== undefined && schemaRelease > release) {
    const [own, existing] = [release, schemaRelease].map((place) => releaseName(place) ?? releaseWord(place));
    return `failed validating TFE version: ${own ?? ""} is not newer than existing version ${existing ?? ""}`;
  }
  return unmetRequirements(state, release);
}

/** From 2.0 on no node starts beside another release whose node was alive a moment ago. The words are assumed. */
function liveNodeProblem(state: RegionState, { id, node: { release } }: Instance): string | undefined {
  if (release < SINCE.liveNodeRule) return undefined;
  const others = state.instances.filter((other) => other.id !== id && other.node.release !== release);
  const live = others.filter((other) => other.node.release > 0 && state.now - lastAlive(state, other) < FRESH);
  if (live.length === 0) return undefined;
  return "found live nodes that run an incompatible version: stop every other node and wait 10 seconds";
}

/** When the application on a node last ran. */
function lastAlive(state: RegionState, instance: Instance): number {
  if (appRuns(instance)) return state.now;
  const { history } = instance.node;
  const ended = history.findLastIndex(
    ({ phase }) => phase === "stopping" || phase === "drained" || phase === "started",
  );
  return history[ended + 1]?.at ?? Number.NEGATIVE_INFINITY;
}
