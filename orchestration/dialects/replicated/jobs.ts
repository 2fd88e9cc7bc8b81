import { lines } from "../../domain/text/text";
import { type Container, type ContainerFacts, isId } from "../work";

/** Settings that name a site's own image for runs. */
export const RUN_IMAGE_SETTINGS: readonly string[] = ["custom_image_tag", "custom_agent_image_tag"];

/**
 * The application's own services, by the names of their images without tag or digest. What another registry has under such a name may be
 * a site's own image for runs.
 */
const SERVICES: readonly RegExp[] = [
  /^(?:(?:docker|quay)\.io\/|images\.releases\.hashicorp\.com\/|[\w.-]+:9874\/)?hashicorp\/(?:p?tfe-[\w.-]+|terraform-enterprise)$/,
  // Replicated serves the application's images from a registry on the node, at this port, with the slash as a hyphen.
  /^(?:[\w.-]+:9874\/)?hashicorp-(?:p?tfe-[\w.-]+|terraform-enterprise)$/,
  /^[\w.-]+:9874\/(?:[\w.-]+\/)?(?:hashicorp-)?(?:fluent-bit|influxdb|nomad|postgres|rabbitmq|redis|telegraf|vault)$/,
];

/** Replicated itself: its daemon, operator and console, metrics, audit log and support tools. */
const REPLICATED: readonly RegExp[] = [
  /^(?:(?:docker|quay)\.io\/|[\w.-]+:9874\/)?replicated\/[\w.-]+$/,
  /^registry\.replicated\.com\/(?:library|replicated)\/[\w.-]+$/,
];

const KNOWN = [...SERVICES, ...REPLICATED];

/** The containers of a node. Those that execute runs are one a run, gone when the run ends. */
export const JOBS: ContainerFacts = {
  // The build worker, and since v202304-1 (692) the agent that took its place.
  runs: ["hashicorp/build-worker", "hashicorp/tfc-agent"],
  isKnown: (repository) => KNOWN.some((pattern) => pattern.test(repository)),
};

/**
 * The containers of `docker ps`, each line with id, image and name; lines of image and name alone are understood too. Everything
 * else is somebody's greeting or a warning. Undefined where there is output but no container in it.
 */
export function parseContainers(raw: string): readonly Container[] | undefined {
  const said = lines(raw)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const words = said.filter((line) => line.includes(" "));
  const full = words.flatMap((line) => {
    const [, id, image, name] = /^([0-9a-f]{12,64}) (\S+) (\S+)$/.exec(line) ?? [];
    return id !== undefined && image !== undefined && name !== undefined ? [{ id, image, name }] : [];
  });
  const found = full.length > 0 ? full : words.flatMap(withoutId);
  return said.length > 0 && found.length === 0 ? undefined : found;
}

/**
 * Two words may be a greeting: only one with a tag, a digest, a path or an id for an image is a container, or one whose name has the
 * underscore of the names that Docker makes up (`hopeful_turing`).
 */
function withoutId(line: string): readonly Container[] {
  const [, image, name] = /^(\S+) ([A-Za-z0-9][\w.,/-]*)$/.exec(line) ?? [];
  if (image === undefined || name === undefined) return [];
  const isBare = name.includes("_") && /^[a-z0-9][a-z0-9._-]*$/.test(image);
  return isBare || isId(image) || /^[a-z0-9][\w.-]*(?::\d+\/[a-z0-9]|[/:@][\w])[\w./:@-]*$/.test(image)
    ? [{ image, name }]
    : [];
}
