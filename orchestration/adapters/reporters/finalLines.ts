import type { Colors } from "picocolors/types";
import type { Release } from "../../domain/release";
import type { Outcome, RunFinished } from "../../domain/events";
import { partLabel } from "../../domain/text/labels";
import { partsIn } from "../../domain/outage";
import { plural } from "../../domain/text/words";
import { nodeWord, standingText } from "./standing";

const VERDICTS: Readonly<Record<Outcome, string>> = {
  done: "Done.",
  "nothing-to-do": "Nothing to do: every node already runs this build.",
  "not-now": "Not started now.",
  "gave-up": "Given up. There are no further attempts until an operator takes over.",
  failed: "Failed. Everything was restored.",
  blocked: "Not started. Nothing was changed.",
  halted: "Halted. The fleet is on hold.",
  declined: "Not started: you declined.",
  interrupted: "Stopped as you asked.",
  aborted: "Aborted. The fleet is back on its previous build.",
};

/** Returns the last lines of a run: the verdict, the nodes, and the parts of the outage. */
export function finalLines(
  event: RunFinished,
  c: Colors,
  label: (release: Release) => string,
  duration: (seconds: number) => string,
): readonly string[] {
  const said = verdictOf(event);
  const good = ["done", "nothing-to-do", "not-now"].includes(event.outcome);
  const verdict = good ? c.green(c.bold(said)) : c.yellow(c.bold(said));
  const nodes = event.nodes.map((node) => {
    const release = node.release === null ? "release unknown" : `release ${label(node.release)}`;
    return `  ${node.instanceId}  ${release}  ${nodeWord(node, c)}`;
  });
  const because = event.because === undefined ? [] : [`  ${event.because}`];
  const standing = event.standing === undefined ? [] : standingText(event.standing, c).map((line) => `  ${line}`);
  return ["", verdict, ...because, ...standing, ...nodes, ...outage(event, duration), ...witness(event.witness)];
}

/** What is true of an end depends on whether a run had begun: this one, which has steps then, or one that was to be resumed. */
function verdictOf({ outcome, runId, steps }: RunFinished): string {
  if (outcome === "interrupted" && runId === null) return "Interrupted. Nothing was started.";
  if (outcome !== "blocked" || runId === null) return VERDICTS[outcome];
  return steps.length > 0
    ? "Blocked. No node was touched, and everything was restored."
    : `Not continued. The fleet is as run ${runId} left it.`;
}

/** Returns what the lab's own observer saw, independent of what the run reports. */
function witness(verdict: RunFinished["witness"]): readonly string[] {
  if (!verdict) return [];
  const { overlapSeconds, lostJobs, killedWhileBooting, unansweredSeconds, jobsFinished, secretsShown } = verdict;
  const { startedEarly = 0 } = verdict;
  const early = startedEarly === 0 ? "" : `; ${plural(startedEarly, "prepared node")} started early`;
  const secrets = secretsShown === undefined ? "" : `; ${secretsShown} secrets shown`;
  return [
    `  the lab's witness: ${jobsFinished} jobs finished, ${lostJobs} lost; two releases at the same time for ${overlapSeconds}s; ` +
      `${killedWhileBooting} nodes killed while booting; service down for ${unansweredSeconds}s${secrets}${early}`,
    ...verdict.violations.map((violation) => `    ! ${violation}`),
    ...(verdict.interference ?? []).map((deed) => `    ~ ${deed}`),
  ];
}

function outage(event: RunFinished, duration: (seconds: number) => string): readonly string[] {
  const { outageSeconds, nodeBuildSeconds, preparedSeconds, outageRatio, outageParts } = event;
  if (outageSeconds === null || outageParts === null || outageSeconds === 0) return [];
  const parts = partsIn(outageParts).map((part) => `${partLabel(part)} ${duration(outageParts[part] ?? 0)}`);
  const first = event.hops.length > 1 ? `the first nodes of ${event.hops.length} hops` : "the first node";
  if (nodeBuildSeconds === null || nodeBuildSeconds === 0)
    return [`  outage ${duration(outageSeconds)}; no new node has passed the gate`];
  const before = preparedSeconds === undefined ? "" : `, ${duration(preparedSeconds)} of it before the outage`;
  const build = `${first} took ${duration(nodeBuildSeconds)} to build${before}${outageRatio === null ? "" : ` (ratio ${outageRatio})`}`;
  return [`  outage ${duration(outageSeconds)}; ${build}`, `  of which ${parts.join(", ")}`];
}
