import { lines } from "../../domain/text";

/**
 * Images of the containers that execute runs: the build worker, and since v202304-1 (692) the agent that took its place.
 * One container a run, gone when the run ends.
 */
export const JOB_IMAGES: readonly string[] = ["hashicorp/build-worker", "hashicorp/tfc-agent"];

/**
 * Number of runs executing on a node, from `docker ps --format '{{.Image}} {{.Names}}'`; undefined where there is output but no
 * container in it. An image counts by its repository, with whatever registry, tag or digest; one that is given with a tag counts
 * with that tag only.
 */
export function countJobs(raw: string, images: readonly string[] = JOB_IMAGES): number | undefined {
  const said = lines(raw).filter((line) => line.trim() !== "");
  const running = said.flatMap((line) => /^\s*(\S+) \S+$/.exec(line)?.[1] ?? []);
  if (said.length > 0 && running.length === 0) return undefined;
  return running.filter((image) => images.some((wanted) => isImage(image, wanted))).length;
}

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
