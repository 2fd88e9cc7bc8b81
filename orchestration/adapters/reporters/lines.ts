import type { Colors } from "picocolors/types";
import { ERRORS } from "../../domain/errors";
import type { RunEvent, RunOutlook } from "../../domain/events";
import { stepLabel } from "../../domain/labels";
import type { Observation } from "../../domain/observation";
import { type Printable, printableWithin } from "../../domain/printable";
import { releaseLabel } from "../../domain/release";
import { clockTime, duration } from "../../domain/words";
import { finalLines } from "./finalLines";
import { intentLines } from "./intentLines";
import { standingText } from "./standing";

/** An event as text for a person: lines that stay, or one `live` line that the next one replaces. */
export interface Rendered {
  readonly kind: "line" | "live";
  readonly lines: readonly Printable[];
}

/** What stands before the further lines of one text: they must not look like lines of their own. */
const CONTINUED = "    ";

/** Renders any event. Nothing in it acts on the terminal but our own colours. */
export function render(event: RunEvent, c: Colors): Rendered {
  const { kind, lines } = rendered(printableWithin(event), c);
  return { kind, lines: lines.flatMap((text) => text.split("\n").map(continued)) };
}

const continued = (text: string, index: number): Printable =>
  (index === 0 || text === "" ? text : `${CONTINUED}${text}`) as Printable;

interface Words {
  readonly kind: Rendered["kind"];
  readonly lines: readonly string[];
}

const line = (...lines: readonly string[]): Words => ({ kind: "line", lines });
const live = (text: string): Words => ({ kind: "live", lines: [text] });

/** The switch is exhaustive, so a new event cannot be forgotten. */
function rendered(event: RunEvent, c: Colors): Words {
  switch (event.event) {
    case "plan.made":
      return line(...event.text);
    case "run.outlook":
      return line(expectation(event));
    case "run.intent":
      return line(...intentLines(event, c));
    case "run.started":
      return line(c.dim(`run ${event.runId}, by ${event.operator}`));
    case "run.resumed":
      return line(c.bold(`resuming ${event.runId}`));
    case "check.made":
      if (event.skipped === true) return line(c.dim(`  – ${event.id} skipped: ${event.observed}`));
      return event.ok
        ? line(`  ${c.green("✓")} ${event.observed}`)
        : line(`  ${c.red("✗")} ${c.bold(event.id)}: ${event.observed}`, `    → ${event.remedy ?? ""}`);
    case "step.started":
      return line(`${c.cyan("▶")} ${c.bold(stepLabel(event.step))} — ${event.title}`);
    // Shown in the report, and already printed in other words.
    case "fleet.found":
    case "checks.made":
    case "drain.observed":
    case "node.launched":
    case "watch.began":
    case "watch.ended":
      return line();
    case "step.skipped":
      return line(c.dim(`· ${stepLabel(event.step)} skipped: ${event.why}`));
    case "step.finished":
      return line(`${c.green("✓")} ${stepLabel(event.step)} ${c.dim(`(${duration(event.seconds)})`)}`);
    case "progress":
      return live(`  ${event.instanceId === undefined ? "" : `${event.instanceId}: `}${event.text}`);
    case "gate.observed": {
      const reds = event.observations.filter((o) => !o.held).map((o) => o.condition);
      const greens = `  ${event.instanceId}: ${event.greens} of ${event.needed} passed`;
      return live(reds.length === 0 ? greens : `${greens}; waiting for: ${reds.join(", ")}`);
    }
    case "node.health":
      return line(
        `${event.instanceId}: ${event.healthy ? c.green("healthy") : c.red("not healthy")}`,
        ...event.observations.map((o) => conditionLine(o, c)),
      );
    case "fleet.standing":
      return line(...standingText(event.standing, c));
    case "fence.found":
      return event.suspended.length === 0 ? line() : line(`  already suspended: ${event.suspended.join(", ")}`);
    case "fence.restored":
      return line(`  processes resumed: ${event.resumed.join(", ")}`);
    case "stage.built":
      return line(`  launch template version ${event.templateVersion}; no node has changed`);
    case "drain.started":
      return line(`  draining ${event.instanceId}`);
    case "drain.proven":
      return line(`  ${event.instanceId} is drained ${c.dim(`(${duration(event.seconds)})`)}`);
    case "pause.began":
      return line(
        c.bold(c.yellow("Paused before the outage, as asked.")),
        "  Every node is drained and takes no work. The service answers.",
      );
    case "pause.ended":
      return line(`  ${event.operator} starts the outage`);
    case "backup.started":
      return line(`  snapshot ${event.snapshotId}`);
    case "backup.taken":
      return line(`  snapshot ${event.snapshotId} is available`);
    case "backup.mark":
      return line(`  the database can be restored to ${new Date(event.pointInTime).toISOString()}`);
    case "zero.asked":
      return line(`  terminating ${event.instances.join(", ")}`);
    case "zero.leaving":
      return line(`  ${clockTime(event.at)} every old node is shutting down`);
    case "zero.reached":
      return line(`  ${clockTime(event.at)} every old node is terminated`);
    case "one.asked":
      return line(`  ${c.yellow("point of no return")}: the new release migrates the database when it first starts`);
    case "one.launched":
      return line(`  ${event.instanceId} launched`);
    case "node.started":
      return line(`  ${clockTime(event.at)} the application on ${event.instanceId} has started`);
    case "gate.passed":
      return line(`  ${event.instanceId} passed the gate`);
    case "outage.began":
      return line(`  ${c.yellow(`${clockTime(event.at)} the service no longer answers`)}`);
    case "outage.ended":
      return line(`  ${c.green(`${clockTime(event.at)} the service answers again`)}`);
    case "node.deregistered":
      return line(`  taking ${event.instanceId} out of the load balancer`);
    case "node.registered":
      return line(`  ${event.instanceId} is behind the load balancer again`);
    case "node.rebuilt":
      return line(`  ${event.instanceId} is terminated as requested; a new node replaces it`);
    case "abort.asked":
      return line(c.bold(`aborting, by ${event.operator}`));
    case "override.used":
      return line(c.yellow(`accepted risk ${event.id}: ${event.because}`));
    case "image.chosen":
      return line(event.text);
    case "warning":
      return line(`${c.yellow("!")} ${event.text}`);
    case "evidence.saved":
      return line(`  evidence of ${event.instanceId}: ${event.where}`);
    case "node.restarting":
      return line(`  restarting the application on ${event.instanceId}`);
    case "note":
      return line(event.instanceId === undefined ? event.text : `  ${event.instanceId}: ${event.text}`);
    case "run.gaveUp":
      return line(`${c.red("✗")} ${event.detail}`);
    case "run.failed":
      return line(
        "",
        `${c.red("✗")} ${c.bold(ERRORS[event.code].title)} (${event.code}, at ${stepLabel(event.step)})`,
        `  ${event.detail}`,
        `  fleet: ${event.fleet}`,
        `  next: ${ERRORS[event.code].remedy}`,
      );
    case "run.finished":
      return line(...finalLines(event, c, releaseLabel, duration));
  }
}

const conditionLine = ({ condition, held, skipped, observed }: Observation, c: Colors): string =>
  skipped === true
    ? c.dim(`  – ${condition}: skipped, ${observed}`)
    : `  ${held ? c.green("✓") : c.red("✗")} ${condition}: ${observed}`;

function expectation({ pastRuns, steps, nodeBuildSeconds }: RunOutlook): string {
  if (pastRuns === 0 || nodeBuildSeconds === null)
    return "No run of this stack has gone through yet: how long it takes is not known.";
  const all = steps.reduce((sum, { expectedSeconds }) => sum + (expectedSeconds ?? 0), 0);
  const past = `${pastRuns} earlier run${pastRuns === 1 ? "" : "s"}`;
  return `Expected from ${past}: up to ${duration(all)} in total; building a node takes ${duration(nodeBuildSeconds)}.`;
}
