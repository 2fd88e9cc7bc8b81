/** Two container runtimes, and which of them a node has: the stack's file says it of the next build, not of the nodes that run. */
import { asRepaveError } from "../../domain/errors";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Fdo } from "./commands";
import type { Inspected, Runtime } from "./containers";

const OTHER: Readonly<Record<Runtime, Runtime>> = { docker: "podman", podman: "docker" };

/** What one runtime of a node has; undefined: the node does not have that runtime, or it does not answer. */
type Found = { readonly application: Inspected | undefined } | undefined;

/**
 * The commands of nodes of which each may have the one runtime or the other. A node is known by where its application is; until that is
 * seen, it is asked each time, and what is counted on it is counted in both.
 */
export function ofEitherRuntime(commands: Readonly<Record<Runtime, Fdo>>, configured: Runtime): Fdo {
  /** By node: a node never changes its runtime, only a repave does. */
  const known = new Map<string, Runtime>();
  const usual = commands[configured];

  async function ask(node: NodeAddress, runtime: Runtime): Promise<Found> {
    try {
      const application = await commands[runtime].application(node);
      if (application) known.set(node.instanceId, runtime);
      return { application };
    } catch (thrown) {
      // That the node cannot be reached says nothing of what it has.
      if (asRepaveError(thrown).code !== "NODE_ANSWER_UNREADABLE") throw thrown;
      return undefined;
    }
  }

  /** The runtimes that answer on a node, the one to use first. */
  async function runtimesOf(node: NodeAddress): Promise<readonly [Runtime, ...Runtime[]]> {
    const before = known.get(node.instanceId);
    if (before) return [before];
    const own = await ask(node, configured);
    if (own?.application) return [configured];
    const other = await ask(node, OTHER[configured]);
    if (other?.application) return [OTHER[configured]];
    if (!other) return [configured];
    return own ? [configured, OTHER[configured]] : [OTHER[configured]];
  }

  const of = async (node: NodeAddress): Promise<Fdo> => commands[(await runtimesOf(node))[0]];

  return {
    // These are of the machine, or of the application from outside of its container.
    ...usual,
    async containers(node) {
      const all = (await runtimesOf(node)).map((runtime) => commands[runtime].containers(node));
      return (await Promise.all(all)).flat();
    },
    createdFrom: async (node, ids) => (await of(node)).createdFrom(node, ids),
    async application(node) {
      const before = known.get(node.instanceId);
      if (before) return commands[before].application(node);
      const own = await ask(node, configured);
      const other = own?.application ? undefined : await ask(node, OTHER[configured]);
      // Where neither answers, what the configured one says is thrown.
      return (own ?? other) ? (own?.application ?? other?.application) : usual.application(node);
    },
    version: async (node, id) => (await of(node)).version(node, id),
    diagnosis: async (node, id) => (await of(node)).diagnosis(node, id),
    status: async (node, id) => (await of(node)).status(node, id),
    failedStartupChecks: async (node, id) => (await of(node)).failedStartupChecks(node, id),
    startDrain: async (node, id, signal) => (await of(node)).startDrain(node, id, signal),
    fetch: async (node, image, signal) => (await of(node)).fetch(node, image, signal),
    upgradeCheck: async (node, id, image) => (await of(node)).upgradeCheck(node, id, image),
    settings: async (node, id, request) => (await of(node)).settings(node, id, request),
    settingsSinceBuild: async (node, id, request) => (await of(node)).settingsSinceBuild(node, id, request),
    settingsOfNext: async (node, id, next, request) => (await of(node)).settingsOfNext(node, id, next, request),
    keepSettings: async (node, id, kept) => (await of(node)).keepSettings(node, id, kept),
    licenceEnd: async (node, id) => (await of(node)).licenceEnd(node, id),
    supportBundle: async (node, id) => (await of(node)).supportBundle(node, id),
    diskFree: async (node) => (await of(node)).diskFree(node),
  };
}
