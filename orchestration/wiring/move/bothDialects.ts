/** One port over the nodes of a fleet that moves: each is spoken to as it was built. */
import type { Dialect } from "../../dialects/dialect";
import { attempt } from "../../domain/health";
import type { Packaging } from "../../domain/release";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Tfe } from "../../ports/tfe";

export interface BothDialects {
  /** What the stack's file says its nodes are. */
  readonly usual: Dialect;
  readonly all: readonly Dialect[];
  /** The port of one dialect. */
  readonly make: (dialect: Dialect) => Promise<Tfe>;
  /** The port of the usual one, which is known at once. */
  readonly own: Tfe;
}

export function tfeOfBoth({ usual, all, make, own }: BothDialects): Tfe {
  const made = new Map<Packaging, Promise<Tfe>>([[usual.packaging, Promise.resolve(own)]]);

  /** A dialect remembers what it does on a node: there is one port of each. */
  function of(packaging: Packaging = usual.packaging): Promise<Tfe> {
    const known = made.get(packaging);
    if (known) return known;
    const dialect = all.find((each) => each.packaging === packaging) ?? usual;
    const port = make(dialect);
    made.set(packaging, port);
    // What could not be made is tried anew.
    port.catch(() => made.delete(packaging));
    return port;
  }

  const on = ({ packaging }: NodeAddress): Promise<Tfe> => of(packaging);

  return {
    packaging: own.packaging,
    facts: own.facts,
    factsByPackaging: Object.fromEntries(all.map(({ packaging, facts }) => [packaging, facts])),
    async observe(node) {
      const port = await attempt(() => of(node.made ? node.value.packaging : undefined));
      return port.made ? port.value.observe(node) : own.observe(port);
    },
    state: async (node) => (await on(node)).state(node),
    drain: async (node, signal) => (await on(node)).drain(node, signal),
    fetch: async (node, release, signal) => (await on(node)).fetch(node, release, signal),
    upgradeCheck: async (node, release) => (await on(node)).upgradeCheck(node, release),
    preparation: async (node) => (await on(node)).preparation(node),
    startPrepared: async (node, lastCheck) => (await on(node)).startPrepared(node, lastCheck),
    activeWork: async (node) => (await on(node)).activeWork(node),
    unknownWork: async (node) => (await on(node)).unknownWork(node),
    stop: async (node, lastCheck) => (await on(node)).stop(node, lastCheck),
    start: async (node) => (await on(node)).start(node),
    retire: async (node) => (await on(node)).retire(node),
    settings: async (node, request) => (await on(node)).settings(node, request),
    settingsSinceBuild: async (node, request) => (await on(node)).settingsSinceBuild(node, request),
    settingsOfNextBuild: async (node, plain) => (await on(node)).settingsOfNextBuild(node, plain),
    missingSettings: async (node, arn, given) => (await on(node)).missingSettings(node, arn, given),
    revealing: (key) => own.revealing(key),
    setSetting: async (node, key, value) => (await on(node)).setSetting(node, key, value),
    licenceEnds: async (node) => (await on(node)).licenceEnds(node),
    diskFree: async (node) => (await on(node)).diskFree(node),
    nodeName: async (node) => (await on(node)).nodeName(node),
    supportBundle: async (node) => (await on(node)).supportBundle(node),
  };
}
