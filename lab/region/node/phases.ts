import type { Instance, Node, NodePhase, RegionState } from "../model";

/** Phases in which the application's processes are there. */
const RUNNING: readonly NodePhase[] = ["migrating", "starting", "started", "draining", "drained", "stopping"];
/** Phases in which it answers requests; a drained node serves on (releases before 1.2). */
const SERVING: readonly NodePhase[] = ["started", "draining", "drained"];
/** Phases that a node passes on the way to its first start, or to the next one. */
const BOOTING: readonly NodePhase[] = ["booting", "installing", "migrating", "starting"];

export function enter(state: RegionState, node: Node, phase: NodePhase, endsAt: number | undefined): void {
  node.phaseEndsAt = endsAt;
  if (node.phase === phase) return;
  node.phase = phase;
  node.history.push({ phase, at: state.now });
}

/** When the present phase began. */
export function phaseBegan(node: Node): number {
  return node.history.at(-1)?.at ?? 0;
}

export function appRuns(instance: Instance): boolean {
  return instance.state !== "terminated" && RUNNING.includes(instance.node.phase);
}

/** Whether the application answers requests. */
export function serves(instance: Instance): boolean {
  return instance.state === "running" && SERVING.includes(instance.node.phase);
}

export function boots(instance: Instance): boolean {
  return BOOTING.includes(instance.node.phase);
}

/** Whether its user data ended before the application could start, or be started. */
export const hasStoppedPreparing = ({ node }: Instance): boolean =>
  node.phase === "failed" && node.toldAt === undefined && !node.history.some(({ phase }) => RUNNING.includes(phase));

/** Whether the operating system is up, and with it the SSM agent and sshd. */
export function osIsUp(instance: Instance): boolean {
  return instance.state === "running" && instance.node.phase !== "booting";
}
