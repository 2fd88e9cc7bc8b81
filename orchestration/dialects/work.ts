/** Which containers of a node execute runs: what all dialects have in common. */
import { plainOf, type Settings } from "../domain/settings";
import type { NodeAddress } from "../ports/nodeShell";

/** A running container: its image, by name or by id, and its own name. `id` is absent where the list does not have it. */
export interface Container {
  readonly id?: string;
  readonly image: string;
  readonly name: string;
}

/** What decides which containers execute runs. */
export interface RunImages {
  /** The operator's word: these execute runs, and no others do. */
  readonly workers?: readonly string[] | undefined;
  /** Images that the node's own settings name. */
  readonly named?: readonly string[] | undefined;
}

export interface Work {
  readonly jobs: number;
  /** Containers that are neither the application's nor known to do something else. They are counted. */
  readonly unknown: readonly Container[];
}

/** What a dialect knows of the containers on its nodes. */
export interface ContainerFacts {
  /** Images of the vendor that execute runs. */
  readonly runs: readonly string[];
  /** Whether an image does something else, by its name without tag or digest. */
  readonly isKnown: (repository: string) => boolean;
}

/** What sites run on every machine: monitoring, logs, security. */
const AGENTS: readonly RegExp[] = [
  /^(?:public\.ecr\.aws\/[\w.-]+\/|amazon\/)(?:amazon-ecs-agent|amazon-ssm-agent|cloudwatch-agent|aws-for-fluent-bit)$/,
  /^(?:gcr\.io\/|public\.ecr\.aws\/)?datadog(?:hq)?\/(?:agent|docker-dd-agent)$/,
  /^(?:quay\.io\/|docker\.io\/)?(?:prom|prometheus)\/node-exporter$/,
  /^(?:gcr\.io\/|ghcr\.io\/)?(?:google\/)?cadvisor(?:\/cadvisor)?$/,
  /^(?:docker\.io\/)?(?:fluent\/fluent(?:d|-bit)|grafana\/(?:agent|alloy|promtail)|newrelic\/infrastructure|falcosecurity\/falco)$/,
  /^docker\.elastic\.co\/(?:beats|elastic-agent)\/[\w.-]+$/,
];

/** Whether a container is one of those. */
export const isAgent = (image: string): boolean => AGENTS.some((pattern) => pattern.test(repository(image)));

/** A runtime shows an id where an image has lost its name. */
export const isId = (image: string): boolean => /^(?:sha256:)?[0-9a-f]{12,64}$/.test(image);

/** Counts what executes runs. Unknown is not idle: only what is known to do something else is not counted. */
export function workOf(
  containers: readonly Container[],
  { runs: vendors, isKnown }: ContainerFacts,
  { workers, named = [] }: RunImages = {},
): Work {
  const isOneOf = (image: string, images: readonly string[]): boolean =>
    images.some((wanted) => isImage(image, wanted));
  if (workers !== undefined)
    return { jobs: containers.filter(({ image }) => isOneOf(image, workers)).length, unknown: [] };
  const runs = [...named, ...vendors];
  const doesElse = (image: string): boolean => isKnown(repository(image)) || isAgent(image);
  const counted = containers.filter(({ image }) => isOneOf(image, runs) || !doesElse(image));
  return { jobs: counted.length, unknown: counted.filter(({ image }) => !isOneOf(image, runs)) };
}

/**
 * An image counts by its repository, with whatever registry, tag or digest; one that is given with a tag counts with that tag
 * only.
 */
function isImage(image: string, wanted: string): boolean {
  const comparable = hasTag(wanted) ? image.replace(/@.*$/, "") : repository(image);
  return comparable === wanted || comparable.endsWith(`/${wanted}`);
}

const hasTag = (image: string): boolean => repository(image) !== image;

/** An image's name without tag or digest. A colon before the last slash belongs to a registry's port. */
export function repository(image: string): string {
  const [name = ""] = image.split("@", 1);
  const tag = name.indexOf(":", name.lastIndexOf("/") + 1);
  return tag < 0 ? name : name.slice(0, tag);
}

/** How a node is asked. */
export interface Asking {
  /** The containers that run. Throws where the answer cannot be understood. */
  containers(node: NodeAddress): Promise<readonly Container[]>;
  /** Of containers by id: what each was created from, one line each. Throws where one of them is gone. */
  createdFrom(node: NodeAddress, ids: readonly string[]): Promise<string>;
  settings(node: NodeAddress, keys: readonly string[]): Promise<Settings>;
}

/**
 * Looks at what executes runs on a node. Which images a site uses for them its settings say, those named by `keys`; they change with a
 * restart only, so a node is asked once. `workers` are the operator's word.
 */
export function workOn(
  asking: Asking,
  facts: ContainerFacts,
  keys: readonly string[],
  workers: readonly string[] | undefined,
): (node: NodeAddress) => Promise<Work> {
  const named = new Map<string, Promise<readonly string[]>>();

  function namedOn(node: NodeAddress): Promise<readonly string[]> {
    if (workers !== undefined) return Promise.resolve([]);
    const known = named.get(node.instanceId);
    if (known) return known;
    const asked = asking
      .settings(node, keys)
      .then((settings) => keys.flatMap((key) => plainOf(settings[key]) ?? []).filter((image) => image !== ""));
    named.set(node.instanceId, asked);
    asked.catch(() => named.delete(node.instanceId));
    return asked;
  }

  return async (node) => {
    const [images, containers] = await Promise.all([namedOn(node), asking.containers(node)]);
    return workOf(await withNames(node, containers, asking), facts, { workers, named: images });
  };
}

/** Gives images their names back, where they are shown by id. */
export async function withNames<C extends Container>(
  node: NodeAddress,
  containers: readonly C[],
  { createdFrom }: Pick<Asking, "createdFrom">,
): Promise<readonly C[]> {
  const nameless = containers.flatMap(({ id, image }) => (id !== undefined && isId(image) ? [id] : []));
  if (nameless.length === 0) return containers;
  // A container may end between the two commands, and then the second one fails: what is not found stays unknown.
  const created = await createdFrom(node, nameless).then(namesIn, () => []);
  return containers.map((container) => {
    const found = created.find(([id]) => container.id !== undefined && id.startsWith(container.id));
    return found && isId(container.image) ? { ...container, image: found[1] } : container;
  });
}

const namesIn = (stdout: string): readonly (readonly [id: string, image: string])[] =>
  [...stdout.matchAll(/^([0-9a-f]{64}) (\S+)\r?$/gm)].map(([, id = "", image = ""]) => [id, image]);

/** `acme/sidecar:3 (watcher)`. */
export const inWords = ({ image, name }: Container): string => `${image} (${name})`;
