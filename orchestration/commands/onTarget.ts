import { openTarget, type Target } from "../wiring";
import { targetOptions, type Io, type StackOptions } from "./io";

/** Opens the stack, acts on it, and closes it, whatever came of it. */
export async function onTarget<T>(options: StackOptions, io: Io, act: (target: Target) => Promise<T>): Promise<T> {
  const target = await openTarget(targetOptions(options, io));
  try {
    return await act(target);
  } finally {
    await target.close();
  }
}
