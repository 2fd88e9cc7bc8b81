import { type Release, releaseLabel } from "../../domain/release";
import type { NodeFacts } from "../../domain/events";
import { partLabel, stepLabel } from "../../domain/text/labels";
import { target } from "../../domain/plan";
import { of } from "../../domain/report/attempts";
import type { Report } from "../../domain/report/report";
import { OUTAGE_PARTS, type OutageInParts } from "../../domain/outage";
import { drainChart, gateChart, outageChart, PART_TONES, PHASE_TONES, STEP_TONES, timeline } from "./charts";
import { coded, html, type Html } from "./html";
import { legend, mark, section, table } from "./table";
import { clockTime, dateTime, lasting, plural, shortId } from "./words";

const label = (release: Release | null): string => (release === null ? "unknown" : releaseLabel(release));

export function timelineSection(report: Report): Html {
  const rows = report.steps.map(({ step, hop, from, to, end }) => [
    stepLabel(step),
    hop + 1,
    clockTime(from),
    lasting(to - from),
    end,
  ]);
  return section(
    "timeline",
    "Timeline (UTC)",
    html`<figure>${timeline(report)}</figure>`,
    legend("Steps:", STEP_TONES),
    legend("Nodes:", PHASE_TONES),
    legend("Template:", { active: "c5", staged: "idle" }),
    legend("Service:", { answers: "ok", "no answer (shaded over all lanes)": "bad", "not checked": "idle" }),
    html`<details>
      <summary>Steps in figures</summary>
      ${table(["step", "hop", "from", "took", "ended"], rows, "Steps in figures")}
    </details>`,
  );
}

export function outageSection(report: Report): Html {
  const { outages, availability } = report;
  const { asked, unanswered } = availability;
  const counted =
    asked === undefined || unanswered === undefined
      ? undefined
      : html`<p class="note">
          Checked through the load balancer, at most once a second: ${plural(asked, "request")}, ${unanswered} without
          an answer.
        </p>`;
  if (outages.length === 0) {
    return section("outage", "Availability", html`<p>No outage was observed.</p>`, counted);
  }
  const each = outages.map((outage, index) => {
    const [took, { build }] = [outage.to - outage.from, outage];
    const rows = outage.parts.map((span) => [partLabel(span.part), clockTime(span.from), lasting(span.to - span.from)]);
    return html`<h3>
        ${outages.length > 1 ? `Outage ${index + 1}: ` : ""}${lasting(took)} without an answer,
        ${clockTime(outage.from)} to ${clockTime(outage.to)}
      </h3>
      <figure>${outageChart(report, outage)}</figure>
      ${legend("Parts:", PARTS)}
      <p class="note">${build ? buildWords(build, took) : "No new node passed the gate in this outage."}</p>
      ${table(["part", "from", "took"], rows, `Parts of outage ${index + 1}`)}`;
  });
  return section("outage", "Availability, second by second", ...each, counted);
}

function buildWords({ instanceId, before, from, to }: NonNullable<OutageInParts["build"]>, took: number): string {
  const prepared = before ? before.to - before.from : 0;
  const whole = to - from + prepared;
  const how = before
    ? `${instanceId}: ${lasting(prepared)} before the outage, and ${lasting(to - from)} from the word to start to its first passed check`
    : `${instanceId}, from launch to its first passed check`;
  return `The build of one node took ${lasting(whole)} (${how}): ratio ${(took / whole).toFixed(2)}.`;
}

const PARTS = Object.fromEntries(OUTAGE_PARTS.map((part) => [partLabel(part), PART_TONES[part]]));

export function gateSection({ gates, plan }: Report): Html | undefined {
  if (gates.length === 0) return undefined;
  const each = gates.map((gate) => {
    const last = gate.looks.at(-1)?.observations ?? [];
    const rows = last.map(({ condition, held, skipped, observed }) => [condition, mark(held, skipped), observed]);
    const took = lasting(gate.to - gate.from);
    return html`<h3>${gate.instanceId}: ${gate.passed ? `passed after ${took}` : `has not passed, after ${took}`}</h3>
      <figure>${gateChart(gate)}</figure>
      ${table(["condition", "holds", "last seen"], rows, `Gate of ${gate.instanceId}`)}`;
  });
  const needed = gates[0]?.needed ?? 0;
  return section(
    "gate",
    "Gate",
    html`<p class="note">
      Each node must pass every condition ${needed} times in a
      row${plan.nodeCount > 1 ? ", and the first node before a second one is launched" : ""}. The time is counted from
      the first check.
    </p>`,
    ...each,
    legend("Condition:", { "holds (full bar)": "ok", "not yet (thin bar)": "idle", "does not hold (thin bar)": "bad" }),
  );
}

export function drainSection({ drains }: Report): Html | undefined {
  if (drains.length === 0) return undefined;
  const counted = drains.filter(({ points }) => points.length > 0);
  const rows = drains.map(({ instanceId, from, to, proven, points, finished }) => [
    instanceId,
    clockTime(from),
    lasting(to - from),
    points[0]?.left ?? "not recorded",
    finished ?? "not recorded",
    mark(proven),
  ]);
  return section(
    "drain",
    "Drain",
    counted.some(({ points }) => points.length > 1) ? html`<figure>${drainChart(counted)}</figure>` : undefined,
    table(["node", "from", "took", "jobs found", "jobs finished", "proven drained"], rows, "Drains"),
  );
}

const nodesLine = (nodes: readonly NodeFacts[], of: (node: NodeFacts) => string): string =>
  [...new Set(nodes.map(of))].join(", ");

export function changesSection(report: Report): Html {
  const { plan, staged, finalNodes, nodes } = report;
  const goal = target(plan);
  const found = of(report.entries, "fleet.found")[0]?.nodes ?? [];
  const isOver = report.outcome === "done";
  const after = isOver ? "after" : report.outcome === undefined ? "intended" : "planned, not reached";
  const before = nodesLine(found, ({ templateVersion }) => String(templateVersion ?? "unknown"));
  const alive = nodes.filter(({ goneAt }) => goneAt === undefined);
  const rows = [
    ["release", releaseLabel(plan.from.release), releaseLabel(goal.release)],
    ["way", "–", plan.hops.map(({ release }) => releaseLabel(release)).join(" → ")],
    ["image", plan.from.image, goal.image === plan.from.image ? `${goal.image} (unchanged)` : goal.image],
    ["template version", before || "not recorded", staged.at(-1)?.version ?? "none yet"],
    [
      "nodes",
      found.map(({ instanceId }) => instanceId).join(", ") || "not recorded",
      isOver
        ? finalNodes.map(({ instanceId }) => instanceId).join(", ")
        : alive.map(({ instanceId }) => instanceId).join(", "),
    ],
  ];
  const changed = staged.flatMap(({ version, changes = [] }) =>
    changes.map(({ name, type, op, properties }) => [version, `${op} ${name}`, type, properties.join(", ") || "–"]),
  );
  return section(
    "changes",
    "What changed",
    table(["", "before", after], rows, "Before and after"),
    changed.length === 0
      ? undefined
      : html`<h3>In the stack</h3>
          ${table(["template version", "resource", "type", "properties"], changed, "Changes in the stack")}`,
    finalNodes.length === 0
      ? undefined
      : html`<h3>Nodes at the end</h3>
          ${table(
            ["node", "release", "healthy"],
            finalNodes.map((node) => [node.instanceId, label(node.release), mark(node.healthy)]),
            "Nodes at the end",
          )}`,
  );
}

export function decisionsSection({ overrides, checks }: Report): Html | undefined {
  if (overrides.length === 0 && checks.length === 0) return undefined;
  const rows = checks.map(({ id, ok, skipped, observed }) => [id, mark(ok, skipped), observed]);
  const skipped = checks.filter((made) => made.skipped === true).length;
  return section(
    "decisions",
    "Checks and overrides",
    overrides.length === 0
      ? html`<p>No risk was accepted.</p>`
      : table(
          ["time", "accepted risk", "because"],
          overrides.map(({ at, id, because }) => [clockTime(at), id, because]),
          "Overrides",
        ),
    checks.length === 0
      ? undefined
      : html`<details>
          <summary>
            ${plural(checks.length, "check")} before anything was changed${skipped === 0 ? "" : `, ${skipped} skipped`}
          </summary>
          ${table(["check", "holds", "observed"], rows, "Checks")}
        </details>`,
  );
}

export function failuresSection({ failures, warnings, backups }: Report): Html | undefined {
  if (failures.length === 0 && warnings.length === 0) return undefined;
  const each = failures.map(
    ({ at, step, code, title, detail, fleet, remedy, followedBy }) =>
      html`<h3>${dateTime(at)}, at ${stepLabel(step)}: ${title} (<code>${code}</code>)</h3>
        <p>${coded(detail)}</p>
        <p><strong>The fleet:</strong> ${fleet}</p>
        ${followedBy ? undefined : html`<p><strong>What to do:</strong> ${coded(remedy)}</p>`}
        <p>
          <strong>What was done:</strong> ${
            followedBy
              ? `${followedBy.act} at ${dateTime(followedBy.at)} by ${followedBy.operator}`
              : "nothing recorded yet"
          }
        </p>`,
  );
  const marks = backups.flatMap(({ snapshotId, pointInTime }) => [
    ...(snapshotId === undefined ? [] : [`snapshot ${snapshotId}`]),
    ...(pointInTime === undefined ? [] : [`point in time ${dateTime(pointInTime)}`]),
  ]);
  const said = warnings.map(({ at, text }) => [clockTime(at), text]);
  return section(
    "failures",
    "What went wrong, and what was done",
    ...each,
    failures.length > 0 && marks.length > 0
      ? html`<p class="note">Backups on record: ${marks.join(", ")}. tfe-repave never restores a backup.</p>`
      : undefined,
    said.length > 0
      ? html`<h3>Warnings</h3>
          ${table(["time", "warning"], said, "Warnings")}`
      : undefined,
  );
}

/** A link where the file can be reached from the page: it lies beside it. What is in a bucket is named. */
export function evidenceSection({ evidence }: Report): Html | undefined {
  if (evidence.length === 0) return undefined;
  const rows = evidence.map(({ at, instanceId, name, where }) => [
    clockTime(at),
    shortId(instanceId),
    /^\w+:/.test(where) ? html`<code>${where}</code>` : html`<a href="${encodeURIComponent(name)}">${name}</a>`,
    html`<code>${where}</code>`,
  ]);
  return section("evidence", "Evidence", table(["time", "node", "file", "where"], rows, "Evidence"));
}
