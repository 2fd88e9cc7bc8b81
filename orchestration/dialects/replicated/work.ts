import { plainOf } from "../../domain/settings";
import type { NodeAddress } from "../../ports/nodeShell";
import { type Container, isId, parseContainers, RUN_IMAGE_SETTINGS, type Work, workOf } from "./jobs";
import type { Settings } from "../../domain/settings";

/** The running containers: id, image and name. */
export const CONTAINERS = ["docker", "ps", "--format", "{{.ID}} {{.Image}} {{.Names}}"] as const;

/** Of a container whose image has lost its name: what it was created from. */
const CREATED_FROM = ["docker", "inspect", "--format", "{{.Id}} {{.Config.Image}}"] as const;

/** How a node is asked. */
export interface Asking {
  /** Throws where the answer cannot be understood. */
  read<T>(node: NodeAddress, argv: readonly string[], parse: (stdout: string) => T | undefined): Promise<T>;
  settings(node: NodeAddress, keys: readonly string[]): Promise<Settings>;
}

/**
 * Looks at what executes runs on a node. Which images a site uses for them its settings say; they change with a restart only, so a
 * node is asked once. `workers` are the operator's word.
 */
export function workOn(asking: Asking, workers: readonly string[] | undefined): (node: NodeAddress) => Promise<Work> {
  const named = new Map<string, Promise<readonly string[]>>();

  function namedOn(node: NodeAddress): Promise<readonly string[]> {
    if (workers !== undefined) return Promise.resolve([]);
    const known = named.get(node.instanceId);
    if (known) return known;
    const asked = asking
      .settings(node, RUN_IMAGE_SETTINGS)
      .then((settings) =>
        RUN_IMAGE_SETTINGS.flatMap((key) => plainOf(settings[key]) ?? []).filter((image) => image !== ""),
      );
    named.set(node.instanceId, asked);
    asked.catch(() => named.delete(node.instanceId));
    return asked;
  }

  /** Gives images their names back, where they are shown by id. */
  async function withNames(node: NodeAddress, containers: readonly Container[]): Promise<readonly Container[]> {
    const nameless = containers.flatMap(({ id, image }) => (id !== undefined && isId(image) ? [id] : []));
    if (nameless.length === 0) return containers;
    // A container may end between the two commands, and then the second one fails: what is not found stays unknown.
    const created = await asking.read(node, [...CREATED_FROM, ...nameless], namesIn).catch(() => []);
    return containers.map((container) => {
      const found = created.find(([id]) => container.id !== undefined && id.startsWith(container.id));
      return found && isId(container.image) ? { ...container, image: found[1] } : container;
    });
  }

  return async (node) => {
    const [images, containers] = await Promise.all([namedOn(node), asking.read(node, CONTAINERS, parseContainers)]);
    return workOf(await withNames(node, containers), { workers, named: images });
  };
}

const namesIn = (stdout: string): readonly (readonly [id: string, image: string])[] =>
  [...stdout.matchAll(/^([0-9a-f]{64}) (\S+)\r?$/gm)].map(([, id = "", image = ""]) => [id, image]);

/** `acme/sidecar:3 (watcher)`. */
export const inWords = ({ image, name }: Container): string => `${image} (${name})`;
