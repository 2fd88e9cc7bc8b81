import type { Ended } from "./command";
import { eventsIn, finishedIn, stepsIn, stepsOf } from "./events";

/** What became of an upgrade, without what differs from run to run: ids, times, durations. */
export function resultOf({ code, stdout }: Ended) {
  const { outcome, from, release, hops, nodes, witness } = finishedIn(stdout);
  const { overlapSeconds, lostJobs, killedWhileBooting, violations } = witness;
  // By instance: on a busy machine a proof may grow old and be made again.
  const nodesWith = (name: "drain.proven" | "gate.passed"): number =>
    new Set(eventsIn(stdout).flatMap((event) => (event.event === name ? [event.instanceId] : []))).size;
  return {
    code,
    outcome,
    from,
    release,
    hops,
    steps: stepsIn(stdout),
    nodes: nodes.map((node) => [node.release, node.healthy]),
    drainsProven: nodesWith("drain.proven"),
    gatesPassed: nodesWith("gate.passed"),
    seen: { overlapSeconds, lostJobs, killedWhileBooting, violations },
  };
}

/** The result of 610 → 642 in the lab, whichever way commands take to the nodes: two end-to-end tests hold their runs to it. */
export const UPGRADED_TO_642: ReturnType<typeof resultOf> = {
  code: 0,
  outcome: "done",
  from: 610,
  release: 642,
  hops: [642],
  steps: stepsOf(1),
  nodes: [
    [642, true],
    [642, true],
  ],
  drainsProven: 2,
  gatesPassed: 2,
  seen: { overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] },
};
