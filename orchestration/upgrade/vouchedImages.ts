import { RepaveError } from "../domain/errors";
import type { Plan } from "../domain/plan";
import type { Prompt } from "../ports/prompt";
import type { Ports } from "../run/context";
import type { Policy } from "../run/policy";

export interface Asking {
  readonly ports: Pick<Ports, "fleet" | "images" | "stack">;
  readonly policy: Pick<Policy, "imageSource">;
  readonly prompt: Prompt;
  /** Defined: no person is there to ask. */
  readonly unattended?: unknown;
}

/** The images that a plan builds from. */
export const imagesOf = (plan: Plan): readonly string[] => [plan.from, ...plan.hops].map(({ image }) => image);

/**
 * Asks about images of the run store (of an unfinished run, or of its build record) that nothing but the store names. Whoever may
 * write to the store could have chosen them, and a node started from one reads every secret of the stack. Call it before anything
 * is taken over from the store.
 * Throws `IMAGE_NOT_VOUCHED` if no person is there, or the person refuses.
 */
export async function requireVouchedImages(
  wanted: readonly string[],
  { ports, policy, prompt, unattended }: Asking,
): Promise<void> {
  const unknown = await unvouched(wanted, ports, policy);
  if (unknown.length === 0) return;
  const images = unknown.join(", ");
  const detail = `${images}: neither the nodes, the stack nor its source of images names it, and its owner is another`;
  if (unattended !== undefined) throw new RepaveError("IMAGE_NOT_VOUCHED", detail);
  if (!(await prompt.confirm(`Only the run store names ${images}. Build nodes from it?`)))
    throw new RepaveError("IMAGE_NOT_VOUCHED", detail);
}

/** Those of the images that are not the nodes', the stack's or its source's, and not of an owner of one of these either. */
async function unvouched(
  wanted: readonly string[],
  ports: Asking["ports"],
  { imageSource }: Asking["policy"],
): Promise<readonly string[]> {
  const [{ instances }, outputs, config] = await Promise.all([
    ports.fleet.describe(),
    ports.stack.outputs(),
    ports.stack.config(),
  ]);
  const known = [...instances.map(({ imageId }) => imageId), outputs?.image, config.image].filter(
    (id) => id !== undefined,
  );
  const others = [...new Set(wanted)].filter((id) => !known.includes(id));
  if (others.length === 0) return [];
  // A source that names nothing now vouches for nothing.
  const newest = imageSource && (await ports.images.latest(imageSource, undefined).catch(() => undefined));
  const described = await ports.images.describe([...known, ...others]);
  const owners = new Set(
    [...known.map((id) => described.get(id)?.owner), newest?.owner].filter((owner) => owner !== undefined),
  );
  return others.filter((id) => id !== newest?.id && !owners.has(described.get(id)?.owner ?? ""));
}
