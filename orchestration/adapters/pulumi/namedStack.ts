import type { BuildConfig } from "../../../infra/contract";
import type { Build, ReleaseKeys, Stack, StackKeys } from "../../ports/stack";
import type { ContractStack } from "./stack";

/**
 * The port over a stack: the one place where the stack's own keys become what the orchestrator knows, and the reverse. `usual` is how the
 * stack's file names releases where it names none; `others` are the ways in which it may name them after a move.
 */
export function namedStack(stack: ContractStack, usual: StackKeys, others: readonly StackKeys[] = []): Stack {
  const all = [usual, ...others];
  const keysIn = (named: ReleaseKeys): StackKeys => all.find((keys) => keys.owns(named)) ?? usual;

  /** The names of a move's side are its own; any other change keeps those of the file. */
  async function asConfig({ release, digest, side, ...rest }: Build): Promise<BuildConfig> {
    if (release === undefined) return rest;
    const keys = side
      ? (all.find(({ packaging }) => packaging === side.packaging) ?? usual)
      : keysIn(split(await stack.config()).named);
    return { ...rest, ...keys.keysOf(release, digest), ...(side && { nodeKeys: side.keys }) };
  }

  const digestIn = (named: ReleaseKeys): { digest?: string } => {
    const digest = keysIn(named).digestOf(named);
    return digest === undefined ? {} : { digest };
  };

  return {
    allowed: stack.allowed,
    async config() {
      const { named, rest } = split(await stack.config());
      const release = keysIn(named).releaseOf(named);
      return { ...rest, ...(release === undefined ? {} : { release }), ...digestIn(named) };
    },
    async outputs() {
      const outputs = await stack.outputs();
      if (!outputs) return undefined;
      const { named, rest } = split(outputs);
      const { packaging, ...keys } = keysIn(named);
      return { ...rest, release: keys.releaseOf(named), ...digestIn(named), packaging };
    },
    fingerprint: () => stack.fingerprint(),
    preview: async (change) => stack.preview(await asConfig(change)),
    apply: async (change, ...checks) => stack.apply(await asConfig(change), ...checks),
    async appConfig() {
      const { named } = split(await stack.config());
      return keysIn(named).givenSettings(await stack.appConfig());
    },
    keepAppConfig: (change) => stack.keepAppConfig(change),
    outOfDate: () => stack.outOfDate(),
    bringUpToDate: (vouch) => stack.bringUpToDate(vouch),
    unwritable: () => stack.unwritable(),
    pendingOperations: () => stack.pendingOperations(),
  };
}

/** The keys that name the release, and all others. */
function split<T extends ReleaseKeys>(keys: T): { named: ReleaseKeys; rest: Omit<T, keyof ReleaseKeys> } {
  const { releaseSequence, imageTag, imageDigest, ...rest } = keys;
  return {
    named: {
      ...(releaseSequence === undefined ? {} : { releaseSequence }),
      ...(imageTag === undefined ? {} : { imageTag }),
      ...(imageDigest === undefined ? {} : { imageDigest }),
    },
    rest,
  };
}
