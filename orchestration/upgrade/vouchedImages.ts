import { RepaveError } from "../domain/errors";
import { newIn } from "../domain/move/move";
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

/**
 * What a plan of the run store builds nodes from: its images, and in a move the keys of the side that comes which the stack's file does not
 * have. `side`: `to` where the run goes on, `from` where it is reverted.
 */
export async function builtFrom(
  plan: Plan,
  side: "from" | "to",
  { moving }: Pick<Ports, "moving">,
): Promise<readonly string[]> {
  const images = [plan.from, ...plan.hops].map(({ image }) => image);
  return plan.move ? [...images, ...newIn(plan.move[side].keys, (await moving.present()).keys)] : images;
}

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
  const amis = wanted.filter((each) => each.startsWith("ami-"));
  // What is no image is a key of nodes that have moved: nothing else than a person vouches for it.
  const unknown = [...(await unvouched(amis, ports, policy)), ...wanted.filter((each) => !amis.includes(each))];
  if (unknown.length === 0) return;
  const named = unknown.join(", ");
  const detail = `${named}: neither the nodes, the stack nor its source of images names it, and its owner is another`;
  if (unattended !== undefined) throw new RepaveError("IMAGE_NOT_VOUCHED", detail);
  if (!(await prompt.confirm(`Only the run store names ${named}. Build nodes from it?`)))
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
