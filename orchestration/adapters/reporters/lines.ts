import type { Colors } from "picocolors/types";
import { ERRORS } from "../../domain/errors";
import type { DurableEvent, RunEvent, RunFailed, RunOutlook } from "../../domain/events";
import { aboutOrUpTo } from "../../domain/start/expectation";
import { stepLabel } from "../../domain/text/labels";
import type { Observation } from "../../domain/observation";
import { type Printable, printableWithin } from "../../domain/text/printable";
import { releaseLabel } from "../../domain/release";
import { type Mark, tell } from "../../domain/telling";
import { clockTime, duration } from "../../domain/text/words";
import { finalLines } from "./finalLines";
import { intentLines } from "./intentLines";
import { nodeWord, standingText } from "./standing";

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
    case "plan.detour":
      return line(...event.text);
    case "plan.judged":
      return line("", event.failed.length === 0 ? c.green(event.text) : c.red(event.text));
    case "run.outlook":
      return event.steps.length === 0 ? line() : line(expectation(event));
    case "run.intent":
      return line(...intentLines(event, c));
    case "check.made":
      if (event.skipped === true) return line(c.dim(`  – ${event.id} skipped: ${event.observed}`));
      return event.ok
        ? line(`  ${c.green("✓")} ${event.observed}`)
        : line(`  ${c.red("✗")} ${c.bold(event.id)}: ${event.observed}`, `    → ${event.remedy ?? ""}`);
    case "progress":
      return live(`  ${event.instanceId === undefined ? "" : `${event.instanceId}: `}${event.text}`);
    case "gate.observed":
      return live(`  ${tell(event).text}`);
    case "node.health":
      return line(`${event.instanceId}: ${nodeWord(event, c)}`, ...event.observations.map((o) => conditionLine(o, c)));
    case "fleet.standing":
      return line(...standingText(event.standing, c));
    case "image.chosen":
      return line(event.text);
    case "node.restarting":
      return line(`  restarting the application on ${event.instanceId}`);
    case "note":
      return line(event.instanceId === undefined ? event.text : `  ${event.instanceId}: ${event.text}`);
    case "run.gaveUp":
      return line(`${c.red("✗")} ${event.detail}`);
    case "run.failed":
      return line("", ...failure(event, c));
    case "run.finished":
      return line(...finalLines(event, c, releaseLabel, duration));
    // Shown in the report, and already printed in other words.
    case "fleet.found":
    case "checks.made":
    case "release.fetched":
    case "drain.observed":
    case "node.launched":
    case "watch.began":
    case "watch.ended":
      return line();
    case "fence.found":
      return event.suspended.length === 0 ? line() : line(painted(event, c));
    case "pause.began":
      return line(
        c.bold(c.yellow("Paused before the outage, as asked.")),
        "  Every node is drained and takes no work. The service answers.",
      );
    case "pause.ended":
    case "run.started":
    case "run.resumed":
    case "node.deregistered":
    case "node.registered":
    case "abort.asked":
    case "step.started":
    case "step.skipped":
    case "step.finished":
    case "group.left":
    case "group.restored":
    case "fence.restored":
    case "secrets.written":
    case "prepared.launched":
    case "prepared.ready":
    case "prepared.attached":
    case "prepared.told":
    case "prepared.dropped":
    case "stage.built":
    case "drain.started":
    case "drain.proven":
    case "backup.started":
    case "backup.taken":
    case "backup.mark":
    case "zero.asked":
    case "zero.stopping":
    case "zero.stopped":
    case "zero.leaving":
    case "zero.reached":
    case "one.asked":
    case "one.launched":
    case "node.started":
    case "gate.passed":
    case "smoke.started":
    case "smoke.finished":
    case "soak.started":
    case "soak.finished":
    case "outage.began":
    case "outage.ended":
    case "node.rebuilt":
    case "override.used":
    case "evidence.saved":
    case "warning":
      return line(painted(event, c));
  }
}

/** The sentence of an entry, with the time of what happened before it was recorded. */
function painted(event: DurableEvent, c: Colors): string {
  const { mark, text } = tell(event);
  const at = "at" in event ? `${clockTime(event.at)} ` : "";
  return PAINTS[mark](`${at}${text}`, c);
}

const PAINTS: Readonly<Record<Mark, (text: string, c: Colors) => string>> = {
  start: (text, c) => `${c.cyan("▶")} ${c.bold(text)}`,
  done: (text, c) => `${c.green("✓")} ${text}`,
  skip: (text, c) => c.dim(`· ${text}`),
  good: (text, c) => `  ${c.green(text)}`,
  warn: (text, c) => c.yellow(`! ${text}`),
  bad: (text, c) => c.red(`✗ ${text}`),
  head: (text, c) => c.bold(text),
  plain: (text) => `  ${text}`,
};

/** What an operator asked for is no failure. */
function failure({ code, step, detail, fleet, next }: RunFailed, c: Colors): readonly string[] {
  const { title, remedy } = ERRORS[code];
  const isAsked = code === "INTERRUPTED";
  return [
    isAsked
      ? c.yellow(`! ${title} (at ${stepLabel(step)})`)
      : `${c.red("✗")} ${c.bold(title)} (${code}, at ${stepLabel(step)})`,
    ...(isAsked ? [] : [`  ${detail}`]),
    `  fleet: ${fleet}`,
    `  next: ${next ?? remedy}`,
  ];
}

const conditionLine = ({ condition, held, skipped, observed }: Observation, c: Colors): string =>
  skipped === true
    ? c.dim(`  – ${condition}: skipped, ${observed}`)
    : `  ${held ? c.green("✓") : c.red("✗")} ${condition}: ${observed}`;

const expectation = ({ forecast }: RunOutlook): string =>
  `Expected: ${forecast.text}. The whole run takes ${aboutOrUpTo(forecast)}.`;
