import { lines, trimmed } from "../../domain/text/text";

/** Name of the failed entry that stands for the command itself: it is missing, said nothing, or contradicts its own output. */
export const COMMAND = "health-check command";

export interface Checks {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly detail: string }[];
}

// Case matters: the stray `Error parsing config file` is not a result.
const FAILED = /✗|\bFAIL(?:ED|URE)?\b|\bERROR\b/;
const PASSED = /✓|\bPASS(?:ED)?\b/;
const STARTED = /^\s*checking:(.+)$/;
/** What may stand around the name of a check. */
const EDGES = " \t|:.-";
const SUMMARY = /^\s*(\d+) checks? failed\b/;
// v202204-1 and v202204-2 were shipped without the script behind the command (release notes of v202205-1).
const MISSING = /health-check: not found/;

/**
 * What `replicated admin health-check` reported. A result is said with either spelling: `PASS`/`FAIL` as documented, or
 * `✓ PASS`/`✗ ERROR: …` as printed. The list of checks differs between releases, so none is expected by name; but a check
 * that was begun without a result, a count of failures, an exit status other than 0 or no PASS at all is a failure.
 */
export function parseHealthCheck(raw: string, exitCode: number): Checks {
  const passed: string[] = [];
  const failed: { name: string; detail: string }[] = [];
  let open: string | undefined;
  let unnamed = 0;
  const closeWithoutResult = (): void => {
    if (open !== undefined) failed.push({ name: open, detail: "no result" });
    open = undefined;
  };

  const said = lines(raw).filter((line) => line !== "");
  for (const line of said) {
    if (MISSING.test(line)) return { passed: [], failed: [{ name: COMMAND, detail: `missing: ${line.trim()}` }] };
    const started = trimmed(STARTED.exec(line)?.[1] ?? "", EDGES);
    if (started !== "") {
      closeWithoutResult();
      open = started;
      continue;
    }
    const isFailure = FAILED.test(line);
    if (!isFailure && !PASSED.test(line)) continue;
    const name = open ?? nameIn(line) ?? `check ${(unnamed += 1)}`;
    open = undefined;
    if (isFailure) failed.push({ name, detail: detailIn(line) });
    else passed.push(name);
  }
  closeWithoutResult();

  if (failed.length === 0) {
    const doubt = doubtAbout(said, exitCode, passed.length);
    if (doubt !== undefined) failed.push({ name: COMMAND, detail: doubt });
  }
  return { passed, failed };
}

function doubtAbout(said: readonly string[], exitCode: number, passed: number): string | undefined {
  const counted = said.flatMap((line) => SUMMARY.exec(line)?.[1] ?? []);
  if (counted.some((count) => Number(count) > 0)) return `${counted.join(", ")} checks failed`;
  if (exitCode !== 0) return `exit status ${exitCode}`;
  return passed === 0 ? "no check reported PASS" : undefined;
}

/** `Archivist Health Check: PASS`: the words beside the result. */
function nameIn(line: string): string | undefined {
  const rest = line.replace(/[✓✗]|\b(?:PASS(?:ED)?|FAIL(?:ED|URE)?|ERROR)\b.*/g, "");
  return trimmed(rest, EDGES) || undefined;
}

const detailIn = (line: string): string => line.replace(/^[\s|-]+/, "").replace(/^✗\s*/, "");
