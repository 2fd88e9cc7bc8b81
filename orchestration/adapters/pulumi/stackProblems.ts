import { basename } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { ConfigError, parseConfig, type RawConfig, readStackFile, type StackConfig } from "../../../infra/config/index";
import { PROJECT } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";
import { calendarProblems } from "../../domain/window/calendar";
import { rawConfigIn } from "./stackFile";

/** A stack's file that holds. */
export interface CheckedStack {
  readonly raw: RawConfig;
  readonly config: StackConfig;
}

/**
 * Reads a stack file's text. Throws `STACK_CONFIG_INVALID` with every problem at once, those of the maintenance windows included, each
 * with the line that it is about; and what `rawConfigIn` throws.
 */
export function checkedStack(file: string, text: string): CheckedStack {
  const problems: string[] = [];
  const raw = orProblem(problems, () => rawConfigIn(text)) ?? readable(text);
  const config = raw && orProblem(problems, () => parseConfig(raw));
  const told = problems.map((problem) => /^tfe:(\w+)/.exec(problem)?.[1]);
  if (raw) {
    const [windows, freeze] = [listIn(raw, "windows"), listIn(raw, "freeze")];
    problems.push(...calendarProblems(told.includes("windows") ? [] : windows, told.includes("freeze") ? [] : freeze));
  }
  if (config && problems.length === 0) return { raw, config };
  const lines = linesOf(text);
  const each = problems.map((problem) => `${placeOf(file, lines, problem)}: ${problem}`);
  const detail =
    each.length === 1 ? each.join("") : [`${each.length} problems`, ...each.map((one) => `  - ${one}`)].join("\n");
  throw new RepaveError("STACK_CONFIG_INVALID", detail);
}

/** Collects what is wrong with the configuration. Throws everything else. */
function orProblem<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof ConfigError) problems.push(...thrown.problems);
    else if (thrown instanceof RepaveError && thrown.code === "STACK_CONFIG_INVALID") problems.push(thrown.detail);
    else throw thrown;
    return undefined;
  }
}

/** The values of a file that is refused for one of them. Undefined: it is no stack file. */
function readable(text: string): RawConfig | undefined {
  try {
    return readStackFile(text);
  } catch {
    return undefined;
  }
}

/** The texts in a list. Entries of another kind are left out here, because `parseConfig` reports them. */
function listIn(raw: RawConfig, key: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(raw[`${PROJECT}:${key}`] ?? "[]");
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** The line of each key of `config:`, and of each entry of a list there, by what is written. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const counter = new LineCounter();
  const lines = new Map<string, number>();
  const note = (name: string, range: readonly number[] | null | undefined): void => {
    if (range?.[0] !== undefined && !lines.has(name)) lines.set(name, counter.linePos(range[0]).line);
  };
  const config = parseDocument(text, { lineCounter: counter }).get("config", true);
  for (const { key, value } of isMap(config) ? config.items : []) {
    if (!isScalar(key)) continue;
    note(String(key.value).replace(/^\w+:/, ""), key.range);
    for (const item of isSeq(value) ? value.items : []) if (isScalar(item)) note(`"${String(item.value)}"`, item.range);
  }
  return lines;
}

/** `Pulumi.production.yaml:6`: of the entry or the first key that a problem names and the file has. */
function placeOf(file: string, lines: ReadonlyMap<string, number>, problem: string): string {
  const words = problem.match(/"[^"]*"|\w+/g) ?? [];
  const entry = words.find((word) => word.startsWith('"') && lines.has(word));
  const line = lines.get(entry ?? words.find((word) => lines.has(word)) ?? "");
  return line === undefined ? basename(file) : `${basename(file)}:${line}`;
}
