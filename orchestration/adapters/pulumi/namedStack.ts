import type { BuildConfig } from "../../../infra/contract";
import type { Build, ReleaseKeys, Stack, StackKeys } from "../../ports/stack";
import type { ContractStack } from "./stack";

/** The port over a stack: the one place where the stack's own keys become what the orchestrator knows, and the reverse. */
export function namedStack(stack: ContractStack, keys: StackKeys): Stack {
  const asConfig = ({ release, digest, ...rest }: Build): BuildConfig => ({
    ...rest,
    ...(release === undefined ? {} : keys.keysOf(release, digest)),
  });
  const digestIn = (named: ReleaseKeys): { digest?: string } => {
    const digest = keys.digestOf(named);
    return digest === undefined ? {} : { digest };
  };
  return {
    allowed: stack.allowed,
    async config() {
      const { named, rest } = split(await stack.config());
      const release = keys.releaseOf(named);
      return { ...rest, ...(release === undefined ? {} : { release }), ...digestIn(named) };
    },
    async outputs() {
      const outputs = await stack.outputs();
      if (!outputs) return undefined;
      const { named, rest } = split(outputs);
      return { ...rest, release: keys.releaseOf(named), ...digestIn(named) };
    },
    fingerprint: () => stack.fingerprint(),
    preview: (change) => stack.preview(asConfig(change)),
    apply: (change, lastCheck) => stack.apply(asConfig(change), lastCheck),
    appConfig: async () => keys.givenSettings(await stack.appConfig()),
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
