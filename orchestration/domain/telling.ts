import { ERRORS } from "./errors";
import type { CheckMade, DurableEvent, NodeFacts } from "./events";
import { stepLabel } from "./text/labels";
import { releaseLabel } from "./release";
import { dateTime, duration, plural } from "./text/words";

/** What a sentence stands for; terminal, Markdown and page each show it in their way. */
export type Mark = "start" | "done" | "skip" | "good" | "warn" | "bad" | "head" | "plain";

export interface Told {
  readonly mark: Mark;
  readonly text: string;
}

/** As a character, for what has no colours. */
export const MARKS: Readonly<Record<Mark, string>> = {
  start: "▶ ",
  done: "✓ ",
  skip: "· ",
  good: "",
  warn: "! ",
  bad: "✗ ",
  head: "",
  plain: "",
};

const told = (mark: Mark, text: string): Told => ({ mark, text });
const plain = (text: string): Told => told("plain", text);

/** An entry of a journal in one sentence: of the terminal, `runs show`, the Markdown report and the page. Without its time. */
export function tell(event: DurableEvent): Told {
  switch (event.event) {
    case "run.started":
      return told("head", `run ${event.runId}, by ${event.operator}${changeWords(event)}`);
    case "run.resumed":
      return told("head", `resuming ${event.runId}, by ${event.operator}${changeWords(event)}`);
    case "abort.asked":
      return told("head", `aborting, by ${event.operator}`);
    case "fleet.found":
      return plain(event.nodes.length === 0 ? "found no nodes" : `found ${event.nodes.map(nodeWords).join("; ")}`);
    case "checks.made":
      return checksWords(event.checks);
    case "step.started":
      return told("start", `${stepLabel(event.step)} — ${event.title}`);
    case "step.skipped":
      return told("skip", `${stepLabel(event.step)} skipped: ${event.why}`);
    case "step.finished":
      return told("done", `${stepLabel(event.step)} (${duration(event.seconds)})`);
    case "fence.found":
      return plain(
        event.suspended.length === 0
          ? "no process of the group was suspended"
          : `already suspended: ${event.suspended.join(", ")}`,
      );
    case "group.left":
      return plain(`${event.group} is left at zero, with its processes suspended and a tag; nothing of it is deleted`);
    case "group.restored":
      return plain(`${event.group} has its bounds again`);
    case "fence.restored":
      return plain(
        event.resumed.length === 0 ? "no process to resume" : `processes resumed: ${event.resumed.join(", ")}`,
      );
    case "release.fetched":
      return plain(`fetched on ${event.instanceId} in ${duration(event.seconds)}: ${event.digest}`);
    case "secrets.written":
      return plain(`${event.instanceId} wrote its secret settings into ${event.secretArn}`);
    case "prepared.launched":
      return plain(`preparing ${event.instanceId} outside the group`);
    case "prepared.ready":
      return plain(`${event.instanceId} is prepared`);
    case "prepared.attached":
      return plain(`attaching ${event.instanceId} to the group`);
    case "prepared.told":
      return plain(`telling ${event.instanceId} to start`);
    case "prepared.dropped":
      return plain(`${event.instanceId} is not used: ${event.why}`);
    case "stage.built":
      return plain(`launch template version ${event.templateVersion}; no node has changed`);
    case "drain.started":
      return plain(`draining ${event.instanceId}`);
    case "drain.observed":
      return plain(`${event.instanceId}: jobs left: ${event.left}`);
    case "drain.proven":
      return plain(`${event.instanceId} is drained (${duration(event.seconds)})`);
    case "pause.began":
      return told("warn", "paused before the outage, as asked: every node is drained and takes no work");
    case "pause.ended":
      return plain(`${event.operator} starts the outage`);
    case "backup.started":
      return plain(`snapshot ${event.snapshotId}`);
    case "backup.taken":
      return plain(`snapshot ${event.snapshotId} is available`);
    case "backup.mark":
      return plain(`the database can be restored to ${dateTime(event.pointInTime)} UTC`);
    case "zero.asked":
      return plain(`terminating ${event.instances.join(", ")}`);
    case "zero.stopping":
      return plain(`stopping the application for good on ${event.instances.join(", ")}`);
    case "zero.stopped":
      return plain(`${event.instanceId} is proven stopped: no container, no process, its units disabled`);
    case "zero.leaving":
      return plain("every old node is shutting down");
    case "zero.reached":
      return plain(
        event.by === "stopped"
          ? "the application is stopped on every old node; their machines are still being terminated"
          : "every old node is terminated",
      );
    case "one.asked":
      return event.undoable === true
        ? plain("asking the other group for one node; the release stays, so the way back is open")
        : told("warn", "point of no return: the new release migrates the database when it first starts");
    case "one.launched":
      return plain(`${event.instanceId} launched`);
    case "node.launched":
      return plain(`launched ${nodeWords(event.node)}`);
    case "node.started":
      return plain(`the application on ${event.instanceId} has started`);
    case "gate.observed": {
      const reds = event.observations.filter(({ held }) => !held).map(({ condition }) => condition);
      const passed = `${event.instanceId}: ${event.greens} of ${event.needed} passed`;
      if (reds.length === 0) return plain(passed);
      const isEvery = reds.length > 2 && reds.length === event.observations.length;
      const left = isEvery ? ` all ${reds.length} conditions` : `: ${reds.join(", ")}`;
      return plain(`${passed}; waiting for${left}`);
    }
    case "gate.passed":
      return plain(`${event.instanceId} passed the gate`);
    case "smoke.started":
      return plain(`smoke run ${event.terraformRun} queued: ${event.page}`);
    case "smoke.finished":
      return event.passed
        ? told("good", `smoke run ${event.terraformRun ?? ""} passed (${duration(event.seconds)})`)
        : told("warn", `smoke run failed: ${event.words ?? "it did not pass"}`);
    case "soak.started":
      return plain(`watching the first node for ${duration(event.seconds)}`);
    case "soak.finished":
      return plain(`the first node stayed healthy for ${duration(event.seconds)}`);
    case "watch.began":
      return plain("monitoring of the service started");
    case "watch.ended":
      return plain(
        `monitoring of the service ended: ${plural(event.asked, "request")}, ${event.unanswered} without an answer`,
      );
    case "outage.began":
      return told("warn", "the service no longer answers");
    case "outage.ended":
      return told("good", "the service answers again");
    case "node.deregistered":
      return plain(`taking ${event.instanceId} out of the load balancer`);
    case "node.registered":
      return plain(`${event.instanceId} is behind the load balancer again`);
    case "node.rebuilt":
      return plain(`${event.instanceId} is terminated as requested; a new node replaces it`);
    case "override.used":
      return told("warn", `accepted risk ${event.id}: ${event.because}`);
    case "evidence.saved":
      return plain(`evidence of ${event.instanceId}: ${event.where}`);
    case "warning":
      return told("warn", event.text);
    case "run.failed": {
      const { title, remedy } = ERRORS[event.code];
      const at = stepLabel(event.step);
      const rest = `${event.detail}. Fleet: ${event.fleet}. Next: ${event.next ?? remedy}`;
      return event.code === "INTERRUPTED"
        ? told("warn", `${title} (at ${at}). Fleet: ${event.fleet}. Next: ${event.next ?? remedy}`)
        : told("bad", `${title} (${event.code}, at ${at}): ${rest}`);
    }
    case "run.finished":
      return told("head", `finished: ${event.outcome}`);
    default:
      return unknownEntry(event);
  }
}

/** An entry of a kind that a later version added is named, not hidden. */
const unknownEntry = (event: never): Told => plain((event as DurableEvent).event);

const changeWords = ({ changeNumber }: { readonly changeNumber?: string }): string =>
  changeNumber === undefined ? "" : `, change ${changeNumber}`;

const nodeWords = ({ instanceId, release, templateVersion, image }: NodeFacts): string =>
  [
    instanceId,
    `(release ${release === null ? "unknown" : releaseLabel(release)},`,
    ...(templateVersion === null ? [] : [`template version ${templateVersion},`]),
    `image ${image})`,
  ].join(" ");

/** `23 checks passed, 1 skipped`, with the failed ones by name. */
export function checksWords(checks: readonly CheckMade[]): Told {
  const failed = checks.filter(({ ok }) => !ok);
  const skipped = checks.filter((made) => made.skipped === true).length;
  const passed = `${plural(checks.length - failed.length - skipped, "check")} passed`;
  const rest = skipped === 0 ? "" : `, ${skipped} skipped`;
  if (failed.length === 0) return plain(`${passed}${rest}`);
  const named = failed.map(({ id, observed }) => `${id}: ${observed}`).join("; ");
  return told("bad", `${plural(failed.length, "check")} failed, ${passed}${rest}. ${named}`);
}

/** In the order of their times: an outage is recorded when it is read, and happened before. */
export const byTime = <T extends { readonly at: number }>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((a, b) => a.at - b.at);
