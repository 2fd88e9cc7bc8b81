import type { Fault, Instance, NodePhase, RegionState } from "../../region/model";
import { enter, phaseBegan } from "../../region/node/phases";
import { releaseName } from "../../region/releases";
import { type Act, type Entry, lastsUntil, subjectOf } from "../entry";

const FOREVER_STARTING = "does not get past starting";

/** Faults of a new node's application. */
export const NODE_FAULTS = {
  "secrets-denied": {
    does: "From staging on, no node may read a secret.",
    standsFor: "a policy or a key grant that somebody changed",
    when: "staged",
    for: "ever",
    times: "any",
    effect: () => ({ kind: "secrets-denied" }),
  },
  "installer-gone": {
    does: "From staging on, the installer's server answers 404.",
    standsFor: "a mirror that was cleaned up, or a vendor's server that is down",
    when: "staged",
    for: "ever",
    times: "any",
    effect: () => ({ kind: "installer-gone" }),
  },
  "install-fails": {
    does: "The installer stops on the first new node: an image cannot be pulled.",
    standsFor: "a bad image, script or registry",
    when: "launch",
    target: "first-new",
    act: during("installing", (_, { node }) => {
      node.error = "failed to pull image: registry answered 503";
      return "the installer will stop";
    }),
  },
  "wrong-release": {
    does: "The first new node boots the previous release (or the one given as `release`), whatever its user data says.",
    standsFor: "a healthy node of the wrong release",
    when: "launch",
    target: "first-new",
    settings: { release: undefined },
    act: during("installing", (state, { node }, { settings }) => {
      const built = node.release;
      node.release = settings["release"] ?? state.database.started.at(-1) ?? built;
      return `release ${node.release} was installed instead of ${built}`;
    }),
  },
  "never-healthy": {
    does: "The first new node never gets past starting.",
    standsFor: "a first node that does not become healthy",
    when: "launch",
    for: "ever",
    target: "first-new",
    act: during("starting", hang),
  },
  "second-node-never-healthy": {
    does: "The second new node never gets past starting.",
    standsFor: "a second node that does not become healthy",
    when: "second-launch",
    for: "ever",
    target: "second-new",
    act: during("starting", hang),
  },
  flapping: {
    does: "The first new node's services go down and come back every fifteen seconds, for ten minutes after its start.",
    standsFor: "health that flaps, as in a failover of the database or Redis",
    when: "started",
    for: 600,
    settings: { every: 15 },
    target: "first-new",
    repeats: true,
    act: alternate,
    undo: (state, fault) => {
      const instance = subjectOf(state, fault);
      if (instance && isDown(instance)) enter(state, instance.node, "started", undefined);
    },
  },
  "slow-migration": {
    does: "The first new node's database migrations take an hour.",
    standsFor: "migrations that take unusually long",
    when: "launch",
    for: 3600,
    target: "first-new",
    act: during("migrating", (state, { node }, fault) => {
      node.phaseEndsAt = lastsUntil(state, fault);
      return "the migrations will take long";
    }),
  },
  "migration-fails": {
    does: "The first new node's database migrations fail at their end; the application stops and the lock stays.",
    standsFor: "migrations that fail on the data",
    when: "launch",
    target: "first-new",
    act: breakMigration,
  },
  "stale-migration-lock": {
    does: "When the first new node is launched, `tfe_migration_lock` has been left behind, with an hour to live.",
    standsFor: "a node that was killed in an earlier migration",
    when: "launch",
    for: 3600,
    act: leaveLock,
  },
  "health-check-garbage": {
    does: "The first new node answers `health-check` with a stack trace, and exits 0.",
    standsFor: "output that cannot be parsed",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: () => ({ kind: "health-garbage" }),
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** An act as soon as the subject is in a phase that goes by itself; a node that waits for another's lock has not begun its own. */
function during(phase: NodePhase, act: (state: RegionState, instance: Instance, fault: Fault) => string): Act {
  return (state, fault) => {
    const instance = subjectOf(state, fault);
    if (instance?.node.phase !== phase || instance.node.phaseEndsAt === undefined) return undefined;
    return { act: () => `${instance.id}: ${act(state, instance, fault)}` };
  };
}

function hang(state: RegionState, { node }: Instance, fault: Fault): string {
  node.phaseEndsAt = lastsUntil(state, fault);
  return FOREVER_STARTING;
}

/** Its front answers 502 and its status says starting, with no end of its own. */
const isDown = ({ node, state }: Instance): boolean =>
  state === "running" && node.phase === "starting" && node.phaseEndsAt === undefined;

function alternate(state: RegionState, fault: Fault): ReturnType<Act> {
  const instance = subjectOf(state, fault);
  if (instance?.state !== "running" || !(isDown(instance) || instance.node.phase === "started")) return undefined;
  const { node } = instance;
  return {
    at: phaseBegan(node) + (fault.settings["every"] ?? 0) * 1000,
    act: () => {
      const up = isDown(instance);
      enter(state, node, up ? "started" : "starting", undefined);
      return `the services of ${instance.id} ${up ? "come back" : "go down"}`;
    },
  };
}

function breakMigration(state: RegionState, fault: Fault): ReturnType<Act> {
  const instance = subjectOf(state, fault);
  if (instance?.node.phase !== "migrating" || instance.node.phaseEndsAt === undefined) return undefined;
  const { node } = instance;
  return {
    at: node.phaseEndsAt,
    act: () => {
      node.error = `${releaseName(node.release) ?? node.release}: PG::NotNullViolation: null value in column violates not-null constraint`;
      enter(state, node, "failed", undefined);
      return `${instance.id}: the migrations failed`;
    },
  };
}

function leaveLock(state: RegionState, fault: Fault): ReturnType<Act> {
  return {
    act: () => {
      const holder = state.instances.find((each) => each.launchTemplateVersion <= (fault.baseline ?? 0));
      const instanceId = holder?.id ?? "an unknown node";
      state.database.migrationLock = { instanceId, expiresAt: lastsUntil(state, fault) ?? state.now };
      return `tfe_migration_lock of ${instanceId} was left behind`;
    },
  };
}
