/** Startup checks as the application's log tells them. Pure. Source: the vendor's reference of startup checks. */
import { withoutSecrets } from "../../../infra/secrets";
import { isRecord, lines, trimmed } from "../../domain/text/text";

export interface FailedCheck {
  readonly name: string;
  /** What it said; empty where it said nothing. */
  readonly reason: string;
}

const FAILED = /check failed: name=([\w-]{1,60})(?: |$)/;
const PASSED = /check passed: name=([\w-]{1,60})(?: |$)/;
const ENDED = /startup checks failed/;
const READY = /TFE is now ready to use/;

/**
 * The checks that failed in the last start that the log shows, none where it is over them. A process that failed one ends and begins
 * again, and a later start may pass the same check.
 */
export function failedChecks(log: string): readonly FailedCheck[] {
  const failed = new Map<string, string>();
  let ended = false;
  for (const line of lines(log).map(message)) {
    const name = FAILED.exec(line)?.[1];
    const passed = PASSED.exec(line)?.[1];
    if (name !== undefined) failed.set(name, reasonIn(line));
    else if (passed !== undefined) failed.delete(passed);
    else if (READY.test(line)) failed.clear();
    else if (ENDED.test(line)) {
      ended = true;
      for (const each of namesIn(line)) if (!failed.has(each)) failed.set(each, "");
    }
  }
  return ended ? [...failed].map(([name, reason]) => ({ name, reason })) : [];
}

/** Two releases that were alive at once: it heals as soon as the other one is forgotten. */
const HEALS = /\b(?:live|alive|active|running)\b.{0,80}\bnodes?\b|\bnodes?\b.{0,80}\b(?:live|alive|active|running)\b/i;

/** Whether waiting does not help. */
export const isFinal = ({ name, reason }: FailedCheck): boolean => name !== "upgrade" || !HEALS.test(reason);

/** `license: failed parsing license`. */
export const inWords = ({ name, reason }: FailedCheck): string => (reason === "" ? name : `${name}: ${reason}`);

/** Lines are text, or JSON with the text in it. */
function message(line: string): string {
  if (!line.trimStart().startsWith("{")) return line;
  try {
    const entry: unknown = JSON.parse(line);
    if (!isRecord(entry)) return line;
    const text = entry["log"] ?? entry["message"] ?? entry["msg"] ?? entry["@message"];
    return typeof text === "string" ? text : line;
  } catch {
    return line;
  }
}

/** `checks=["license"]`, and the same with the quotes escaped. */
function namesIn(line: string): readonly string[] {
  const at = line.indexOf("checks=");
  return at < 0 ? [] : (line.slice(at + "checks=".length, at + 500).match(/[\w-]{1,60}/g) ?? []);
}

/** `err="failed parsing license"`, the last word of its line. */
function reasonIn(line: string): string {
  const at = line.indexOf(" err=");
  if (at < 0) return "";
  const text = trimmed(line.slice(at + " err=".length, at + 500).replaceAll('\\"', '"'), '" ');
  return withoutSecrets(text);
}
