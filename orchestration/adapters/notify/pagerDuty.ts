import type { Notice, NoticeKind } from "../../domain/notice";
import { beginning, oneLine } from "../../domain/text/printable";
import type { Channel } from "./channel";
import { postJson, webAddress } from "./post";

export interface PagerDutyOptions {
  /** Reads the integration key of a service (Events API v2). */
  readonly key: () => Promise<string>;
  /** Default: the one of the US service region; accounts of the EU have `https://events.eu.pagerduty.com`. */
  readonly origin?: string;
}

const US = "https://events.pagerduty.com";

/** Longest summary (Events API v2 reference). */
const LONGEST = 1024;

/** Notices that wake somebody, and how badly; one of the same run closes what they opened. */
const OPENS: Readonly<Partial<Record<NoticeKind, "critical" | "error">>> = {
  halted: "critical",
  "gave-up": "critical",
  failed: "error",
  blocked: "error",
};
const CLOSES: readonly NoticeKind[] = ["resumed", "done", "aborted"];

/**
 * PagerDuty: a run that needs an operator opens an incident of the service, and its end, or somebody who resumes it, closes it. Every
 * notice but that is a change event, which pages nobody and stands beside the incidents of the service.
 */
export function pagerDutyChannel({ key, origin = US }: PagerDutyOptions): Channel {
  return {
    name: "pagerduty",
    async send({ notice }, signal) {
      const routingKey = (await key()).trim();
      for (const { path, body } of eventsOf(notice))
        await postJson(
          webAddress(`${origin}${path}`),
          JSON.stringify({ routing_key: routingKey, ...body }),
          {},
          signal,
        );
    },
  };
}

function eventsOf(notice: Notice): readonly { readonly path: string; readonly body: object }[] {
  const { kind, stack, runId, title, lines, at, code, changeNumber } = notice;
  const summary = beginning(oneLine(title), LONGEST);
  const details = { kind, runId, code, change: changeNumber, text: lines.map((line) => oneLine(line)).join("\n") };
  const about = { summary, source: `tfe-repave ${stack}`, timestamp: at, custom_details: details };
  const change = { path: "/v2/change/enqueue", body: { payload: about } };
  // A run that never began has no id: the stack's schedule is what needs somebody.
  const alert = { dedup_key: `tfe-repave/${stack}/${runId ?? "schedule"}` };
  const severity = OPENS[kind];
  if (severity !== undefined) {
    const body = { ...alert, event_action: "trigger", payload: { ...about, severity } };
    return [{ path: "/v2/enqueue", body }];
  }
  if (!CLOSES.includes(kind)) return [change];
  return [change, { path: "/v2/enqueue", body: { ...alert, event_action: "resolve" } }];
}
