import { asRepaveError, ERRORS } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import type { JournalEntry } from "../domain/journal";
import type { Plan } from "../domain/plan";
import { releaseLabel, shortName } from "../domain/release";
import type { Ports } from "../run/context";
import type { Run } from "../run/run";

type Reported = Pick<Ports, "clock" | "store" | "page" | "startedBy">;

/** Both forms of the report, beside the journal. That one could not be written is no reason to fail. */
export async function saveReports(ports: Reported, plan: Plan, run: Run, finished: RunFinished): Promise<void> {
  const tried = async (what: () => Promise<string | undefined>): Promise<void> => {
    try {
      const where = await what();
      if (where !== undefined) run.tell({ event: "note", text: `report: ${where}` });
    } catch (error) {
      run.tell({ event: "warning", text: `the report could not be written: ${asRepaveError(error).detail}` });
    }
  };
  await tried(async () => {
    const text = renderReport({ runId: run.id, plan }, await ports.store.journal(run.id), finished);
    return ports.store.save(run.id, "report.md", text);
  });
  await tried(() => savePage(ports, plan, run));
}

/** The page of the run as it is now; resolves to where it is, or to undefined where no page is made. */
export async function savePage(ports: Reported, plan: Plan, run: Run): Promise<string | undefined> {
  const { page, store, clock } = ports;
  if (!page) return undefined;
  const [entries, records, heartbeat] = await Promise.all([store.journal(run.id), store.list(), store.lease()]);
  const operator = records.find(({ runId }) => runId === run.id)?.operator ?? ports.startedBy;
  const text = await page.render({ run: { runId: run.id, operator, plan }, entries, heartbeat, now: clock.now() });
  return store.save(run.id, "report.html", text);
}

const time = (at: number): string => new Date(at).toISOString().replace("T", " ").slice(0, 19);

/** The run in Markdown, from its journal alone: what was asked, what was done when, what it cost. Holds no secret: events hold none. */
export function renderReport(
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
