import type { Ports } from "../run/context";

/**
 * Takes up what runs wrote into this stack's file elsewhere, and says so: for a run that is gone on with, whose own values those
 * are, and for one that nobody watches.
 */
export async function catchUp({ stack, reporter }: Pick<Ports, "stack" | "reporter">): Promise<void> {
  const changed = await stack.bringUpToDate();
  if (changed === undefined) return;
  reporter.emit({ event: "note", text: `the stack's file was behind and is brought up to date: ${changed}` });
}
