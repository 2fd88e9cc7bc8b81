import { lines } from "../../domain/text/text";

/**
 * Images of the containers that execute runs: the build worker, and since v202304-1 (692) the agent that took its place.
 * One container a run, gone when the run ends.
 */
export const JOB_IMAGES: readonly string[] = ["hashicorp/build-worker", "hashicorp/tfc-agent"];

/** Settings that name a site's own image for runs. */
export const RUN_IMAGE_SETTINGS: readonly string[] = ["custom_image_tag", "custom_agent_image_tag"];

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

/** The application's own services, by the names of their images without tag or digest. */
const SERVICES: readonly RegExp[] = [
  /^(?:[\w.-]+(?::\d+)?\/)?hashicorp\/(?:p?tfe-[\w.-]+|terraform-enterprise)$/,
  // Replicated serves the application's images from a registry on the node, at this port, with the slash as a hyphen.
  /^(?:[\w.-]+:9874\/)?hashicorp-(?:p?tfe-[\w.-]+|terraform-enterprise)$/,
  /^[\w.-]+:9874\/(?:[\w.-]+\/)?(?:hashicorp-)?(?:fluent-bit|influxdb|nomad|postgres|rabbitmq|redis|telegraf|vault)$/,
];

/** Replicated itself: its daemon, operator and console, metrics, audit log and support tools. */
const REPLICATED: readonly RegExp[] = [
  /^(?:(?:docker|quay)\.io\/|[\w.-]+:9874\/)?replicated\/[\w.-]+$/,
  /^registry\.replicated\.com\/(?:library|replicated)\/[\w.-]+$/,
];

/** What sites run on every machine: monitoring, logs, security. */
const AGENTS: readonly RegExp[] = [
  /^(?:public\.ecr\.aws\/[\w.-]+\/|amazon\/)(?:amazon-ecs-agent|amazon-ssm-agent|cloudwatch-agent|aws-for-fluent-bit)$/,
  /^(?:gcr\.io\/|public\.ecr\.aws\/)?datadog(?:hq)?\/(?:agent|docker-dd-agent)$/,
  /^(?:quay\.io\/|docker\.io\/)?(?:prom|prometheus)\/node-exporter$/,
  /^(?:gcr\.io\/|ghcr\.io\/)?(?:google\/)?cadvisor(?:\/cadvisor)?$/,
  /^(?:docker\.io\/)?(?:fluent\/fluent(?:d|-bit)|grafana\/(?:agent|alloy|promtail)|newrelic\/infrastructure|falcosecurity\/falco)$/,
  /^docker\.elastic\.co\/(?:beats|elastic-agent)\/[\w.-]+$/,
];

const KNOWN = [...SERVICES, ...REPLICATED, ...AGENTS];

/**
 * The containers of `docker ps`, each line with id, image and name; lines of image and name alone are understood too. Everything
 * else is somebody's greeting or a warning. Undefined where there is output but no container in it.
 */
export function parseContainers(raw: string): readonly Container[] | undefined {
  const said = lines(raw)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const full = said.flatMap((line) => {
    const [, id, image, name] = /^([0-9a-f]{12,64}) (\S+) (\S+)$/.exec(line) ?? [];
    return id !== undefined && image !== undefined && name !== undefined ? [{ id, image, name }] : [];
  });
  const found = full.length > 0 ? full : said.flatMap(withoutId);
  return said.length > 0 && found.length === 0 ? undefined : found;
}

/** Two words may be a greeting: only one with a tag, a digest, a path or an id for an image is a container. */
function withoutId(line: string): readonly Container[] {
  const [, image, name] = /^(\S+) ([A-Za-z0-9][\w.,/-]*)$/.exec(line) ?? [];
  if (image === undefined || name === undefined) return [];
  return isId(image) || /^[a-z0-9][\w.-]*(?::\d+\/[a-z0-9]|[/:@][\w])[\w./:@-]*$/.test(image) ? [{ image, name }] : [];
}

/** Docker shows an id where an image has lost its name. */
export const isId = (image: string): boolean => /^(?:sha256:)?[0-9a-f]{12,64}$/.test(image);

/** Counts what executes runs. Unknown is not idle: only what is known to do something else is not counted. */
export function workOf(containers: readonly Container[], { workers, named = [] }: RunImages = {}): Work {
  const isOneOf = (image: string, images: readonly string[]): boolean =>
    images.some((wanted) => isImage(image, wanted));
  if (workers !== undefined)
    return { jobs: containers.filter(({ image }) => isOneOf(image, workers)).length, unknown: [] };
  const runs = [...named, ...JOB_IMAGES];
  const counted = containers.filter(({ image }) => isOneOf(image, runs) || !isKnown(image));
  return { jobs: counted.length, unknown: counted.filter(({ image }) => !isOneOf(image, runs)) };
}

const isKnown = (image: string): boolean => KNOWN.some((pattern) => pattern.test(repository(image)));

/**
 * An image counts by its repository, with whatever registry, tag or digest; one that is given with a tag counts with that tag
 * only.
 */
function isImage(image: string, wanted: string): boolean {
  const comparable = hasTag(wanted) ? image.replace(/@.*$/, "") : repository(image);
  return comparable === wanted || comparable.endsWith(`/${wanted}`);
}

const hasTag = (image: string): boolean => repository(image) !== image;

// A colon before the last slash belongs to a registry's port.
function repository(image: string): string {
  const [name = ""] = image.split("@", 1);
  const tag = name.indexOf(":", name.lastIndexOf("/") + 1);
  return tag < 0 ? name : name.slice(0, tag);
}
