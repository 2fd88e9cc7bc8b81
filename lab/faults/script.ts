import { readFileSync } from "node:fs";
import { closest } from "fastest-levenshtein";
import { parse } from "yaml";
import { z } from "zod";
import { CATALOGUE, FAULT_NAMES, type FaultName, isFaultName } from "./catalogue";
import { MOMENT_NAMES } from "./moments";

/** One wish: a fault, and what is to be otherwise than the catalogue says. Times are seconds of the lab. */
export interface FaultRequest {
  readonly fault: FaultName;
  readonly when?: (typeof MOMENT_NAMES)[number] | undefined;
  readonly after?: number | undefined;
  readonly for?: number | "ever" | undefined;
  readonly times?: number | undefined;
  readonly operations?: readonly string[] | undefined;
  readonly every?: number | undefined;
  readonly seconds?: number | undefined;
  readonly capacity?: number | undefined;
  readonly release?: number | undefined;
}

/** The script asks for what there is not; the message says everything that is wrong, and what there is. */
export class FaultScriptError extends Error {
  override readonly name = "FaultScriptError";
}

/** Settings that only some faults have. */
const OWN_SETTINGS = ["every", "seconds", "capacity", "release"] as const;

const Item = z.strictObject({
  fault: z.string(),
  when: z.enum(MOMENT_NAMES).optional(),
  after: z.number().nonnegative().optional(),
  for: z.union([z.number().positive(), z.literal("ever")]).optional(),
  times: z.int().positive().optional(),
  operations: z.array(z.string()).nonempty().optional(),
  every: z.number().positive().optional(),
  seconds: z.number().positive().optional(),
  capacity: z.int().nonnegative().optional(),
  release: z.int().positive().optional(),
});

const Script = z.array(z.preprocess((item) => (typeof item === "string" ? { fault: item } : item), Item));

/** The word for no faults at all. */
const NONE = "none";

/**
 * Wishes from words: names of faults, several in a word with commas between them, or scripts (a word with a slash, or that ends
 * in .yaml or .yml). `none` stands for none. Throws `FaultScriptError`.
 */
export function parseFaults(words: readonly string[]): readonly FaultRequest[] {
  return words
    .flatMap((word) => (isFile(word) ? [word] : word.split(",").map((name) => name.trim())))
    .filter((word) => word !== "" && word !== NONE)
    .flatMap((word) => (isFile(word) ? readScript(word) : checkFaults([word])));
}

const isFile = (word: string): boolean => /[/\\]|\.ya?ml$/.test(word);

function readScript(file: string): readonly FaultRequest[] {
  try {
    return checkFaults(parse(readFileSync(file, "utf8")) ?? []);
  } catch (error) {
    throw new FaultScriptError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** The content of a script: a list of names and of `{ fault: name, … }`. Throws `FaultScriptError`. */
export function checkFaults(content: unknown): readonly FaultRequest[] {
  const read = Script.safeParse(content);
  if (!read.success) throw new FaultScriptError(z.prettifyError(read.error));
  const unknown = read.data.map(({ fault }) => fault).filter((name) => !isFaultName(name));
  if (unknown.length > 0) throw new FaultScriptError(unknown.map(unknownFault).join("\n") + allFaults());
  const requests = read.data as readonly FaultRequest[];
  const problems = requests.flatMap(misplaced);
  if (problems.length > 0) throw new FaultScriptError(problems.join("\n"));
  return requests;
}

const unknownFault = (name: string): string => `unknown fault "${name}". Did you mean ${closest(name, FAULT_NAMES)}?`;
const allFaults = (): string => `\nThe faults are: ${FAULT_NAMES.join(", ")}.`;

/** Settings that this fault does not have. */
function misplaced(request: FaultRequest): string[] {
  const entry = CATALOGUE[request.fault];
  const effect = entry.effect?.(entry.settings ?? {}, entry.operations ?? []);
  const has: Readonly<Record<string, boolean>> = {
    for: entry.for !== undefined,
    times: entry.times !== undefined,
    operations: effect !== undefined && "operations" in effect,
    ...Object.fromEntries(OWN_SETTINGS.map((name) => [name, Object.hasOwn(entry.settings ?? {}, name)])),
  };
  return Object.entries(request)
    .filter(([name, value]) => value !== undefined && has[name] === false)
    .map(([name]) => `${request.fault} has no setting "${name}"`);
}
