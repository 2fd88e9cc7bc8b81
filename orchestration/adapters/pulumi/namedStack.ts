import type { BuildConfig } from "../../../infra/contract";
import type { Build, Stack, StackKeys } from "../../ports/stack";
import type { ContractStack } from "./stack";

/** The port over a stack: the one place where the stack's own keys become what the orchestrator knows, and the reverse. */
export function namedStack(stack: ContractStack, keys: StackKeys): Stack {
  const asConfig = ({ release, ...rest }: Build): BuildConfig => ({
    ...rest,
    ...(release === undefined ? {} : keys.keysOf(release)),
  });
  return {
    allowed: stack.allowed,
    async config() {
      const { releaseSequence, ...rest } = await stack.config();
      const release = releaseSequence === undefined ? undefined : keys.releaseOf({ releaseSequence });
      return { ...rest, ...(release === undefined ? {} : { release }) };
    },
    async outputs() {
      const outputs = await stack.outputs();
      if (!outputs) return undefined;
      const { releaseSequence, ...rest } = outputs;
      return { ...rest, release: keys.releaseOf({ releaseSequence }) };
    },
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
