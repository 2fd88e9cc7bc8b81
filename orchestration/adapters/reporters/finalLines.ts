import type { Colors } from "picocolors/types";
import type { Release } from "../../domain/release";
import type { Outcome, RunFinished } from "../../domain/events";

const VERDICTS: Readonly<Record<Outcome, string>> = {
  done: "Done.",
  "nothing-to-do": "Nothing to do: every node is on it already.",
  "not-now": "Not now; nothing was changed.",
  "gave-up": "Given up: nothing more is tried until a person takes over.",
  failed: "Failed; everything was put back.",
  blocked: "Not started; nothing was changed.",
  halted: "Halted; the fleet is held as it is, and the same command goes on.",
  declined: "Not started, as you said.",
  interrupted: "Interrupted; the same command goes on.",
  aborted: "Aborted; the fleet is back on the build it had.",
};

/** What a person reads at the end: the verdict, the nodes, and the outage taken apart. */
export function finalLines(
  event: RunFinished,
  c: Colors,
  label: (release: Release) => string,
  duration: (seconds: number) => string,
): readonly string[] {
  const good = ["done", "nothing-to-do", "not-now"].includes(event.outcome);
  const verdict = good ? c.green(c.bold(VERDICTS[event.outcome])) : c.yellow(c.bold(VERDICTS[event.outcome]));
  const nodes = event.nodes.map((node) => {
    const release = node.release === null ? "release unknown" : `release ${label(node.release)}`;
    return `  ${node.instanceId}  ${release}  ${node.healthy ? c.green("healthy") : c.red("not healthy")}`;
  });
  const because = event.because === undefined ? [] : [`  ${event.because}`];
  return ["", verdict, ...because, ...nodes, ...outage(event, duration), ...witness(event.witness)];
}

/** The lab's own observer: what it saw, in the same words whatever the run claims. */
function witness(verdict: RunFinished["witness"]): readonly string[] {
  if (!verdict) return [];
  const { overlapSeconds, lostJobs, killedWhileBooting, unansweredSeconds, jobsFinished } = verdict;
  return [
    `  the lab's witness: ${jobsFinished} jobs finished, ${lostJobs} lost; two releases at once for ${overlapSeconds}s; ` +
      `${killedWhileBooting} nodes killed while booting; no answer for ${unansweredSeconds}s`,
    ...verdict.violations.map((violation) => `    ! ${violation}`),
    ...(verdict.interference ?? []).map((deed) => `    ~ ${deed}`),
  ];
}

function outage(event: RunFinished, duration: (seconds: number) => string): readonly string[] {
  const { outageSeconds, nodeBuildSeconds, outageRatio, outageParts } = event;
  if (outageSeconds === null || nodeBuildSeconds === null || outageParts === null || outageSeconds === 0) return [];
  const parts = Object.entries<number>({ ...outageParts }).map(([name, seconds]) => `${name} ${duration(seconds)}`);
  const first = event.hops.length > 1 ? `the first nodes of ${event.hops.length} hops` : "the first node";
  if (nodeBuildSeconds === 0) return [`  outage ${duration(outageSeconds)}; no new node has passed the gate`];
  const build = `${first} took ${duration(nodeBuildSeconds)} to build (ratio ${outageRatio ?? 0})`;
  return [`  outage ${duration(outageSeconds)}; ${build}`, `  of which ${parts.join(", ")}`];
}
