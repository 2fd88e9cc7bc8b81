import type { RunFinished } from "../events";
import { fold, type JournalEntry } from "../journal";
import { partLabel } from "../text/labels";
import { partsIn } from "../outage";
import { planTitle, type Plan, target } from "../plan";
import { shortName } from "../release";
import { actingOf } from "../standing/fleet";
import { type Heartbeat, runStanding } from "../standing/run";
import { actingLine, standingLines } from "../standing/words";
import { byTime, MARKS, tell } from "../telling";
import { dateTime, duration } from "../text/words";
import { plain } from "./markdownText";
import { minutes } from "./minutes";

/**
 * Renders the run in Markdown, from its journal alone, as minutes that can be pasted into a ticket: the change, who did what when, checks,
 * accepted risks, smoke runs, the outage, and every entry. Contains no secret, as events contain none.
 */
export function markdownReport(
  run: { readonly runId: string; readonly operator: string; readonly plan: Plan },
  entries: readonly JournalEntry[],
  observed: Observed = { lease: undefined, now: Math.max(0, ...entries.map(({ at }) => at)) },
): string {
  const { runId, plan } = run;
  const { finished } = fold(entries);
  const recorded = { ...run, what: "run", entries } as const;
  const standing = runStanding(recorded, observed.lease, observed.now);
  const acting = actingOf(recorded, standing);
  return [
    `# ${plain(runId)}: ${standing.kind === "ended" ? standing.outcome : standing.kind}`,
    "",
    `${plain(planTitle(plan))}. Image ${plain(target(plan).image)}.`,
    "",
    ...minutes(run, entries),
    ...(acting ? [`${plain(actingLine(acting, observed.now))}.`, ""] : []),
    ...(finished ? [...left(finished), ...nodes(finished), ...outage(finished)] : []),
    "## Timeline (UTC)",
    "",
    ...byTime(entries).map((entry) => `- ${dateTime(entry.at)} ${sentence(entry)}`.trimEnd()),
    "",
  ].join("\n");
}

interface Observed {
  readonly lease: Heartbeat | undefined;
  readonly now: number;
}

function sentence(entry: JournalEntry): string {
  const { mark, text } = tell(entry);
  return mark === "bad" ? `${MARKS[mark]}**${plain(text)}**` : `${MARKS[mark]}${plain(text)}`;
}

/** What the fleet was left in, besides what acts on it. */
const left = ({ standing }: RunFinished): readonly string[] =>
  standing === undefined
    ? []
    : standingLines({ ...standing, acting: null }).flatMap(({ text }) => [`**${plain(text)}.**`, ""]);

function nodes(finished: RunFinished): readonly string[] {
  return [
    "| node | release | healthy |",
    "| --- | --- | --- |",
    ...finished.nodes.map(
      (node) =>
        `| ${plain(node.instanceId)} | ${node.release === null ? "unknown" : plain(shortName(node.release))} | ${node.healthy ? "yes" : "no"}${node.drained === true ? ", drained" : ""} |`,
    ),
    "",
  ];
}

function outage({
  outageSeconds,
  nodeBuildSeconds,
  preparedSeconds,
  outageRatio,
  outageParts,
}: RunFinished): readonly string[] {
  if (outageSeconds === null || outageParts === null || outageSeconds === 0) return ["No outage was measured.", ""];
  const ratio = outageRatio === null || outageRatio === 0 ? "" : ` (ratio ${outageRatio})`;
  const isBuilt = nodeBuildSeconds !== null && nodeBuildSeconds > 0;
  const before = preparedSeconds === undefined ? "" : `, ${duration(preparedSeconds)} of it before the outage`;
  const build = isBuilt ? `; building the first node took ${duration(nodeBuildSeconds)}${before}${ratio}` : "";
  return [
    "## Outage",
    "",
    `The service was down for ${duration(outageSeconds)}${build}.`,
    "",
    "| part | seconds |",
    "| --- | --- |",
    ...partsIn(outageParts).map((part) => `| ${partLabel(part)} | ${outageParts[part] ?? 0} |`),
    "",
  ];
}
