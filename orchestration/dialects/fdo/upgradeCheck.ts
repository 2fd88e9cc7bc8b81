/** The report of an image's check of an upgrade to it. Pure. Source: the vendor's page on pre-upgrade checks. */
import { withoutSecrets } from "../../../infra/secrets";
import { tellingLine } from "../../domain/text/reason";
import { isRecord, jsonDocument, lines } from "../../domain/text/text";
import type { UpgradeCheck } from "../../ports/tfe";

/** Bound on one finding, in characters, and on the lines under it that explain it. */
const LONGEST = 400;
const MOST_LINES = 3;

/** What the script on the node prints: the status with which the check ended, and what it said. */
export function parseUpgradeCheck(raw: string): UpgradeCheck | undefined {
  return jsonDocument(raw, (document) => {
    if (!isRecord(document)) return undefined;
    const { exitCode, output } = document;
    return typeof exitCode === "number" && typeof output === "string" ? judged(exitCode, output) : undefined;
  });
}

/** Exit status 0: passed, perhaps with warnings; 1: a check failed. Anything else, or a report that does not end, is no verdict. */
function judged(exitCode: number, output: string): UpgradeCheck {
  const report = reportOf(output);
  const [failures, warnings] = [findings(report, "✗"), findings(report, "⚠")];
  const counts = report
    .map((line) => /^Status: .{0,200}?(\d{1,6}) Failed\b/.exec(line)?.[1])
    .find((count) => count !== undefined);
  if (counts === undefined || (exitCode !== 0 && exitCode !== 1)) {
    return { verdict: "could not run", failures: [whyNot(exitCode, output), ...failures], warnings };
  }
  if (exitCode === 0 && Number(counts) === 0 && failures.length === 0)
    return { verdict: "passed", failures: [], warnings };
  return { verdict: "failed", failures: failures.length > 0 ? failures : [`${counts} checks failed`], warnings };
}

const reportOf = (output: string): readonly string[] => lines(withoutSecrets(output));

function whyNot(exitCode: number, output: string): string {
  if (exitCode === 124) return "it did not end in time";
  const said = tellingLine(withoutSecrets(output));
  return `exit status ${exitCode}${said === undefined ? "" : `: ${said}`}`;
}

interface Mark {
  readonly depth: number;
  readonly symbol: string;
  readonly text: string;
  readonly more: string[];
}

/** The entries with this symbol, `group/check: text`. A group that is marked because of one of its checks is not named besides it. */
function findings(report: readonly string[], symbol: string): readonly string[] {
  const marks = marksIn(report);
  const found: string[] = [];
  let group = "";
  for (const [index, mark] of marks.entries()) {
    if (mark.depth === 0) group = mark.text;
    if (mark.symbol !== symbol) continue;
    if (mark.depth === 0 && inside(marks, index).some((each) => each.symbol === symbol)) continue;
    const name = mark.depth === 0 ? mark.text : `${group}/${mark.text}`;
    found.push([name, ...mark.more].join(": ").slice(0, LONGEST));
  }
  return found;
}

function inside(marks: readonly Mark[], index: number): readonly Mark[] {
  const next = marks.findIndex(({ depth }, at) => at > index && depth === 0);
  return marks.slice(index + 1, next < 0 ? undefined : next);
}

function marksIn(report: readonly string[]): readonly Mark[] {
  const marks: Mark[] = [];
  for (const line of report) {
    const [, blanks, symbol, text] = /^( {0,20})([✓⚠✗])\ufe0f? {0,3}(\S.{0,500})$/.exec(line) ?? [];
    if (blanks !== undefined && symbol !== undefined && text !== undefined) {
      marks.push({ depth: blanks.length, symbol, text, more: [] });
      continue;
    }
    const last = marks.at(-1);
    // What is set in under an entry explains it.
    if (last && last.more.length < MOST_LINES && /^ {1,20}\S/.test(line)) last.more.push(line.trim().slice(0, LONGEST));
  }
  return marks;
}
