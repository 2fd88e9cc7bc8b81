import { fold, type JournalEntry } from "../journal";
import { type Plan, target } from "../plan";
import { releaseLabel, shortName } from "../release";
import { stepLabel } from "../text/labels";
import { dateTime, duration, lasting, plural } from "../text/words";
import { of } from "./attempts";
import { link, plain } from "./markdownText";
import { type Report, reportOf } from "./report";

/**
 * The run as minutes: who did what when, what was checked, what was accepted and by whom, for somebody who was not there and decides
 * whether the change may be closed.
 */
export function minutes(
  run: { readonly runId: string; readonly operator: string; readonly plan: Plan },
  entries: readonly JournalEntry[],
): readonly string[] {
  const report = reportOf(run, entries);
  return [
    ...summary(report),
    ...people(entries),
    ...checks(report),
    ...accepted(report),
    ...smokeRuns(entries),
    ...stops(report),
    ...backups(report),
    ...steps(report),
  ];
}

export const MOMENTS = { firstNode: "first node in service", end: "all nodes in service", asked: "asked for" } as const;

function summary({ runId, plan, from, asOf, nodes, finalNodes, entries }: Report): readonly string[] {
  const to = target(plan);
  const before = nodes.filter((node) => node.wasThere).length;
  const number = changeNumberOf(entries);
  const rows: readonly (readonly [string, string])[] = [
    ...(number === undefined ? [] : [["change", plain(number)] as const]),
    ["run", plain(runId)],
    ["stack", plain(plan.stack)],
    ["from", `${dateTime(from)} UTC`],
    ["to", `${dateTime(asOf)} UTC (${lasting(asOf - from)})`],
    ["release before", plain(releaseLabel(plan.from.release))],
    ["release after", plain([...plan.hops.map(({ release }) => releaseLabel(release))].join(" → "))],
    ["image", plain(plan.from.image === to.image ? `${to.image} (unchanged)` : `${plan.from.image} → ${to.image}`)],
    ["nodes", `${before} before, ${finalNodes.length === 0 ? plan.nodeCount : finalNodes.length} after`],
  ];
  return ["| | |", "| --- | --- |", ...rows.map(([name, value]) => `| ${name} | ${value} |`), ""];
}

const changeNumberOf = (entries: readonly JournalEntry[]): string | undefined => fold(entries).changeNumber;

/** Everybody who acted on the run, and when. */
function people(entries: readonly JournalEntry[]): readonly string[] {
  const acts = entries.flatMap((entry): readonly (readonly [number, string, string])[] => {
    if (entry.event === "run.started") return [[entry.at, entry.operator, "started the run"]];
    if (entry.event === "run.resumed") return [[entry.at, entry.operator, "resumed it"]];
    if (entry.event === "abort.asked") return [[entry.at, entry.operator, "reverted it"]];
    if (entry.event === "pause.ended") return [[entry.at, entry.operator, "started the outage after the pause"]];
    return [];
  });
  if (acts.length === 0) return [];
  return ["## Who", "", ...acts.map(([at, who, what]) => `- ${dateTime(at)} ${plain(who)} ${what}`), ""];
}

function checks({ checks: made }: Report): readonly string[] {
  if (made.length === 0) return [];
  const skipped = made.filter((check) => check.skipped === true);
  const failed = made.filter(({ ok }) => !ok);
  const passed = made.length - skipped.length - failed.length;
  const line = (mark: string, { id, observed }: (typeof made)[number]): string =>
    `- ${mark} ${plain(id)}: ${plain(observed)}`;
  return [
    "## Checks before the start",
    "",
    `${plural(passed, "check")} passed, ${skipped.length} skipped, ${failed.length} failed.`,
    "",
    ...failed.map((check) => line("failed:", check)),
    ...skipped.map((check) => line("skipped:", check)),
    ...(failed.length + skipped.length > 0 ? [""] : []),
  ];
}

function accepted({ overrides }: Report): readonly string[] {
  if (overrides.length === 0) return [];
  return [
    "## Accepted risks",
    "",
    "| when (UTC) | risk | reason |",
    "| --- | --- | --- |",
    ...overrides.map(({ at, id, because }) => `| ${dateTime(at)} | ${plain(id)} | ${plain(because)} |`),
    "",
  ];
}

function smokeRuns(entries: readonly JournalEntry[]): readonly string[] {
  const runs = of(entries, "smoke.finished");
  const soaks = of(entries, "soak.finished");
  if (runs.length + soaks.length === 0) return [];
  return [
    "## Proof by real runs",
    "",
    ...(runs.length === 0 ? [] : ["| when (UTC) | with | run | took | result |", "| --- | --- | --- | --- | --- |"]),
    ...runs.map(({ at, moment, terraformRun = "none", page, seconds, passed, words = "" }) =>
      [
        `| ${dateTime(at)}`,
        MOMENTS[moment],
        link(terraformRun, page),
        duration(seconds),
        `${passed ? "passed" : plain(`failed: ${words}`)} |`,
      ].join(" | "),
    ),
    ...(runs.length === 0 ? [] : [""]),
    ...soaks.flatMap(({ at, seconds }) => [
      `${dateTime(at)} The first node had stayed healthy for ${duration(seconds)}.`,
      "",
    ]),
  ];
}

/** Where it stopped, and who went on. */
function stops({ failures }: Report): readonly string[] {
  if (failures.length === 0) return [];
  return [
    "## Where it stopped",
    "",
    ...failures.map(({ at, step, title, code, detail, followedBy }) => {
      const next = followedBy
        ? ` ${dateTime(followedBy.at)} ${plain(followedBy.operator)} ${followedBy.act} it.`
        : " Nobody has resumed it.";
      return `- ${dateTime(at)} at ${plain(stepLabel(step))}: ${plain(`${title} (${code}): ${detail}`)}.${next}`;
    }),
    "",
  ];
}

function backups({ backups: taken, plan }: Report): readonly string[] {
  if (taken.length === 0) return [];
  return [
    "## Way back",
    "",
    ...taken.map(({ snapshotId, pointInTime }, hop) => {
      const before = shortName(plan.hops[hop]?.release ?? plan.from.release);
      const marks = [
        ...(snapshotId === undefined ? [] : [`snapshot ${snapshotId}`]),
        ...(pointInTime === undefined ? [] : [`point in time ${dateTime(pointInTime)} UTC`]),
      ];
      return `- before ${plain(before)}: ${plain(marks.join(", "))}`;
    }),
    "",
  ];
}

function steps({ steps: spans }: Report): readonly string[] {
  if (spans.length === 0) return [];
  return [
    "## Steps",
    "",
    "| from (UTC) | step | took | end |",
    "| --- | --- | --- | --- |",
    ...spans.map(
      ({ from, to, step, end }) => `| ${dateTime(from)} | ${plain(stepLabel(step))} | ${lasting(to - from)} | ${end} |`,
    ),
    "",
  ];
}
