import { ERRORS } from "../errors";
import type { RunFinished } from "../events";
import type { JournalEntry } from "../journal";
import { partLabel } from "../labels";
import { OUTAGE_PARTS } from "../outage";
import type { Plan } from "../plan";
import { releaseLabel, shortName } from "../release";

const time = (at: number): string => new Date(at).toISOString().replace("T", " ").slice(0, 19);

/** Renders the run in Markdown, from its journal alone: the plan, what was done when, and the outage. Contains no secret, as events contain none. */
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
  const ratio = outageRatio === null ? "" : ` (ratio ${outageRatio})`;
  const isBuilt = nodeBuildSeconds !== null && nodeBuildSeconds > 0;
  const build = isBuilt ? `; building the first node took ${nodeBuildSeconds} s${ratio}` : "";
  return [
    "## Outage",
    "",
    `The service was down for ${outageSeconds} s${build}.`,
    "",
    "| part | seconds |",
    "| --- | --- |",
    ...OUTAGE_PARTS.map((part) => `| ${partLabel(part)} | ${outageParts[part]} |`),
    "",
  ];
}

/** Describes an entry by its name and its facts, and a failure with its remedy. */
function sentence(entry: JournalEntry): string {
  if (entry.event === "run.failed")
    return `**${ERRORS[entry.code].title}** (${entry.code}): ${entry.detail}. ${ERRORS[entry.code].remedy}`;
  if (entry.event === "run.finished") return `finished: ${entry.outcome}`;
  const facts = Object.entries(entry)
    .filter(([key]) => !["seq", "at", "event", "plan"].includes(key))
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(", ") : String(value)}`);
  return `\`${entry.event}\` ${facts.join("; ")}`.trimEnd();
}
