import { ERRORS } from "../errors";
import type { RunFinished } from "../events";
import type { JournalEntry } from "../journal";
import type { Plan } from "../plan";
import { releaseLabel, shortName } from "../release";

const time = (at: number): string => new Date(at).toISOString().replace("T", " ").slice(0, 19);

/** The run in Markdown, from its journal alone: what was asked, what was done when, what it cost. Holds no secret: events hold none. */
export function markdownReport(
  { runId, plan }: { readonly runId: string; readonly plan: Plan },
  entries: readonly JournalEntry[],
  finished: RunFinished | undefined,
): string {
  const way = [plan.from, ...plan.hops].map((hop) => releaseLabel(hop.release)).join(" → ");
  return [
    `# ${runId}: ${finished?.outcome ?? "unfinished"}`,
    "",
    `Stack \`${plan.stack}\`, ${way}, image \`${plan.hops.at(-1)?.image ?? plan.from.image}\`.`,
    "",
    ...(finished ? [...nodes(finished), ...outage(finished)] : []),
    "## Timeline (UTC)",
    "",
    ...entries.map((entry) => `- ${time(entry.at)} ${sentence(entry)}`),
    "",
  ].join("\n");
}

function nodes(finished: RunFinished): readonly string[] {
  return [
    "| node | release | healthy |",
    "| --- | --- | --- |",
    ...finished.nodes.map(
      (node) =>
        `| ${node.instanceId} | ${node.release === null ? "unknown" : shortName(node.release)} | ${node.healthy ? "yes" : "no"} |`,
    ),
    "",
  ];
}

function outage({ outageSeconds, nodeBuildSeconds, outageRatio, outageParts }: RunFinished): readonly string[] {
  if (outageSeconds === null || outageParts === null || outageSeconds === 0) return ["No outage was measured.", ""];
  return [
    "## Outage",
    "",
    `${outageSeconds} s without an answer; the first node took ${nodeBuildSeconds ?? 0} s to build (ratio ${outageRatio ?? 0}).`,
    "",
    "| part | seconds |",
    "| --- | --- |",
    ...Object.entries(outageParts).map(([part, seconds]) => `| ${part} | ${seconds} |`),
    "",
  ];
}

/** An entry as its name and its facts; failures with what to do. */
function sentence(entry: JournalEntry): string {
  if (entry.event === "run.failed")
    return `**${ERRORS[entry.code].title}** (${entry.code}): ${entry.detail}. ${ERRORS[entry.code].remedy}`;
  if (entry.event === "run.finished") return `finished: ${entry.outcome}`;
  const facts = Object.entries(entry)
    .filter(([key]) => !["seq", "at", "event", "plan"].includes(key))
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(", ") : String(value)}`);
  return `\`${entry.event}\` ${facts.join("; ")}`.trimEnd();
}
