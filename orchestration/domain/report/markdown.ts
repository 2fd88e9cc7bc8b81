import { ERRORS } from "../errors";
import type { RunFinished } from "../events";
import type { JournalEntry } from "../journal";
import { partLabel } from "../labels";
import { OUTAGE_PARTS } from "../outage";
import type { Plan } from "../plan";
import { releaseLabel, shortName } from "../release";
import { isRecord } from "../text";
import { code, plain } from "./markdownText";

const time = (at: number): string => new Date(at).toISOString().replace("T", " ").slice(0, 19);

/** Renders the run in Markdown, from its journal alone: the plan, what was done when, and the outage. Contains no secret, as events contain none. */
export function markdownReport(
  { runId, plan }: { readonly runId: string; readonly plan: Plan },
  entries: readonly JournalEntry[],
  finished: RunFinished | undefined,
): string {
  const way = [plan.from, ...plan.hops].map((hop) => releaseLabel(hop.release)).join(" → ");
  return [
    `# ${plain(runId)}: ${finished?.outcome ?? "unfinished"}`,
    "",
    `Stack ${code(plan.stack)}, ${plain(way)}, image ${code(plan.hops.at(-1)?.image ?? plan.from.image)}.`,
    "",
    ...(finished ? [...nodes(finished), ...outage(finished)] : []),
    "## Timeline (UTC)",
    "",
    ...entries.map((entry) => `- ${time(entry.at)} ${sentence(entry)}`.trimEnd()),
    "",
  ].join("\n");
}

function nodes(finished: RunFinished): readonly string[] {
  return [
    "| node | release | healthy |",
    "| --- | --- | --- |",
    ...finished.nodes.map(
      (node) =>
        `| ${plain(node.instanceId)} | ${node.release === null ? "unknown" : plain(shortName(node.release))} | ${node.healthy ? "yes" : "no"} |`,
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
    return `**${ERRORS[entry.code].title}** (${entry.code}): ${plain(entry.detail)}. ${ERRORS[entry.code].remedy}`;
  if (entry.event === "run.finished") return `finished: ${entry.outcome}`;
  const facts = Object.entries(entry)
    .filter(([key]) => !["seq", "at", "event", "plan"].includes(key))
    .map(([key, value]) => `${plain(key)} ${plain(inWords(key, value))}`);
  return `${code(entry.event)} ${facts.join("; ")}`;
}

/** Facts that are moments, in milliseconds since the epoch. */
const MOMENTS = ["firstGreenAt", "lastSeenAlive", "launchedAt", "pointInTime"];

/** A fact in words: a moment as a time, things by their names. */
function inWords(key: string, value: unknown): string {
  if (MOMENTS.includes(key)) return time(Number(value));
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((each) => inWords(key, each)).join(", ");
  if (!isRecord(value)) return String(value);
  const name = value["instanceId"] ?? value["id"] ?? value["name"];
  return name === undefined
    ? Object.entries(value)
        .map(([part, each]) => `${part} ${inWords(part, each)}`)
        .join(" ")
    : inWords("name", name);
}
