/** How the stack program ends where it must not continue: with one sentence that the engine prints alone, and at once. */
import * as pulumi from "@pulumi/pulumi";

/**
 * The end of the program, in words that the engine prints alone. It has no stack: Pulumi would have Node colour it first, for which
 * Node 20 takes a quarter of a minute and gigabytes, until it gives up (pulumi/pulumi#20567, #21326).
 */
export function refusal(words: string): pulumi.RunError {
  const error = new pulumi.RunError(words);
  delete error.stack;
  // The SDK puts the name of the property in front whose value was being made.
  Object.defineProperty(error, "message", { get: () => words, set: () => undefined });
  return error;
}

const asRefusal = (thrown: unknown): pulumi.RunError =>
  refusal(thrown instanceof Error ? thrown.message : String(thrown));

/** Does the work. Whatever it throws becomes a refusal. */
export function readably<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw asRefusal(thrown);
  }
}

/** Waits for the work. Whatever it throws becomes a refusal. */
export async function readablyAwait<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asRefusal(thrown);
  }
}

/**
 * Checks a value as soon as the engine knows it; in the preview of what is not there yet that is never. What `check` throws ends the
 * program. Within `derive` it would end each output that is made of the value, one by one.
 */
export async function inspect<T>(output: pulumi.Output<T>, check: (value: T) => unknown): Promise<void> {
  // The SDK awaits its outputs in the same way and offers no other.
  const { isKnown, promise } = output as unknown as {
    readonly isKnown: Promise<boolean>;
    readonly promise: () => Promise<T>;
  };
  if (await isKnown) check(await promise());
}

/**
 * Makes a value of one that only the engine knows. Whatever `make` throws becomes a refusal, which `apply` alone would not do:
 * the linter refuses `apply` everywhere else.
 */
export const derive = <T, U>(output: pulumi.Output<T>, make: (value: T) => U): pulumi.Output<U> =>
  output.apply((value) => readably(() => make(value)));
