import { closest } from "fastest-levenshtein";
import { type Document, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { RepaveError } from "../domain/errors";
import { CONDITIONS, type RolloutPlan, type Wave } from "../domain/rollout/model";
import { parseRelease, type Release } from "../domain/release";
import { contradictions, type KnownStacks, type Path, type Problem, usualName, written } from "./contradictions";

export type { KnownStacks } from "./contradictions";

const MOST_BYTES = 256 * 1024;
const MOST_WAVES = 100;
const MOST_AT_ONCE = 20;
const LONGEST_SOAK_MS = 14 * 86_400_000;

const STACK = /^(?:[A-Za-z0-9_][\w.-]*\/){0,2}[A-Za-z0-9_][\w.-]{0,99}$/;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const soak = z.union([z.string(), z.literal(0)]).transform((text, ctx): number => {
  if (text === 0) return 0;
  const [, count = "", unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? NaN);
  if (ms <= LONGEST_SOAK_MS) return ms;
  ctx.addIssue("must be seconds, minutes, hours or days (90s, 30m, 2h, 1d), 14d at most");
  return 0;
});

const release = z.union([z.string(), z.number()]).transform((written, ctx): Release => {
  const found = parseRelease(String(written));
  if (found !== undefined) return found;
  ctx.addIssue(`is no known release: ${written}. \`npm run releases\` lists them`);
  return z.NEVER;
});

const WAVE = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w .-]{0,59}$/, "must be letters, digits, blanks, dots and hyphens, 60 at most")
    .optional(),
  stacks: z.array(z.string().regex(STACK, "must be the name of a stack")).min(1, "must name a stack").optional(),
  tag: z
    .string()
    .regex(/^[\w.-]+$/, "must be letters, digits, dots and hyphens")
    .optional(),
  concurrency: z
    .int("must be a number")
    .min(1, "must be 1 or more")
    .max(MOST_AT_ONCE, `must be ${MOST_AT_ONCE} at most`)
    .default(1),
  soak: soak.default(0),
  holds: z.array(z.enum(CONDITIONS, `must be among ${CONDITIONS.join(", ")}`)).default([...CONDITIONS]),
  approval: z.enum(["none", "person"], "must be none or person").default("none"),
});

const FILE = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,59}$/, "must be letters, digits, dots and hyphens, 60 at most")
    .optional(),
  release: release.optional(),
  image: z
    .string()
    .regex(/^(latest|ami-[0-9a-z-]+)$/, "must be latest or the id of an image (ami-…)")
    .optional(),
  windows: z.enum(["stop", "wait"], "must be stop or wait").default("stop"),
  onFailure: z.literal("stop", "must be stop: no rollout continues after a failure").default("stop"),
  waves: z.array(WAVE).min(1, "must have a wave").max(MOST_WAVES, `must have ${MOST_WAVES} waves at most`),
});

const KEYS = { file: Object.keys(FILE.shape), wave: Object.keys(WAVE.shape) };

/**
 * Reads a rollout. `file` is the file's name, in messages and where the rollout has no name of its own. Throws `ROLLOUT_INVALID` with every
 * problem at once, each with its line.
 */
export function parseRollout(text: string, file: string, known: KnownStacks): RolloutPlan {
  if (Buffer.byteLength(text) > MOST_BYTES) throw new RepaveError("ROLLOUT_INVALID", `${file}: no rollout is as large`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (syntax.length > 0) throw invalid(syntax);
  const raw: unknown = document.toJS();
  if (raw === null) throw invalid([`${file}:1: the file is empty`]);
  const parsed = FILE.safeParse(raw);
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue));
  const problems = [...shape, ...contradictions(raw, known)];
  if (parsed.success && problems.length === 0) return planOf(parsed.data, file, known);
  const placed = problems.map(({ path, text: said }) => ({ line: lineOf(document, lines, path), said }));
  throw invalid(placed.sort((one, other) => one.line - other.line).map(({ line, said }) => `${file}:${line}: ${said}`));
}

const nameOf = (file: string): string =>
  file
    .replace(/^.*\//, "")
    .replace(/\.ya?ml$/, "")
    .replace(/[^\w.-]+/g, "-") || "rollout";

const invalid = (problems: readonly string[]): RepaveError => {
  const [only] = problems;
  const several = [`${problems.length} problems`, ...problems.map((one) => `  - ${one}`)].join("\n");
  return new RepaveError("ROLLOUT_INVALID", problems.length === 1 && only !== undefined ? only : several);
};

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const keys = path.length === 0 ? KEYS.file : KEYS.wave;
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `${written([...path, key])} is not a known key (did you mean ${closest(key, keys)}?)`,
    }));
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  return [{ path, text: `${written(path)} ${missing ? "is required" : issue.message}` }];
}

/** The line of the nearest node of the path that is there. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { readonly range?: readonly number[] } | undefined;
    const at = node?.range?.[0];
    if (at !== undefined) return lines.linePos(at).line;
  }
  return isScalar(document.contents) || document.contents?.range == null
    ? 1
    : lines.linePos(document.contents.range[0]).line;
}

/** The plan of a file in which nothing is wrong. */
function planOf(data: z.output<typeof FILE>, file: string, known: KnownStacks): RolloutPlan {
  const { name = nameOf(file), release: goal, image, windows } = data;
  const waves = data.waves.map((wave, index): Wave => {
    const { name: own = usualName(index), concurrency, soak: soakMs, holds, approval } = wave;
    const stacks = wave.stacks ?? known.tagged(wave.tag ?? "");
    return { number: index + 1, name: own, stacks, concurrency, soakMs, holds, approval };
  });
  return {
    name,
    ...(goal === undefined ? {} : { release: goal }),
    ...(image === undefined ? {} : { image }),
    windows,
    waves,
  };
}
