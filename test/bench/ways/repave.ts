import { describeEnd } from "../../torture/course";
import type { Play } from "./way";

/** `upgrade` of the product itself. */
export const repave =
  (...options: readonly string[]): Play =>
  async ({ estate, facts }) => {
    const end = await estate.run("upgrade", "--release", facts.release, ...options);
    if (end.exitCode !== 0) throw new Error(`upgrade ended with ${describeEnd(end)}`);
  };
