import type { Instance, RegionState } from "../../model";
import { phaseBegan } from "../phases";

/** Part of the installation after which Docker and Replicated's commands are there. */
const COMMANDS_AFTER = 0.6;

/** Whether the installer has come as far as Replicated's commands. */
export function hasReplicated(state: RegionState, instance: Instance): boolean {
  const { node } = instance;
  if (node.release === 0 || node.phase === "booting") return false;
  if (node.phase === "prepared") return false;
  if (node.phase !== "installing") return true;
  return state.now >= phaseBegan(node) + state.timings.install * COMMANDS_AFTER;
}

/** Whether Replicated itself has started, and with it knows the application. */
export function replicatedIsReady(instance: Instance): boolean {
  return !["booting", "installing", "prepared"].includes(instance.node.phase);
}
