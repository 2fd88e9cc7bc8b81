import { RepaveError } from "../domain/errors";
import { isRecord } from "../domain/text/text";

/** Where in the file something is. */
export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  readonly text: string;
}

/** What the project knows of its stacks. */
export interface KnownStacks {
  /** Stacks that have the tag, in the order of their names. */
  tagged(tag: string): readonly string[];
  /** The name of a stack within the project. Throws a RepaveError for what is none. */
  plainName(stack: string): string;
}

/** `waves[1].soak` */
export const written = (path: Path): string =>
  path.length === 0
    ? "the file"
    : path
        .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
        .join("")
        .slice(1);

export const usualName = (index: number): string => `wave ${index + 1}`;

/** What no key can know alone. Asked of the raw values, so that it is said together with what is wrong in each. */
export function contradictions(raw: unknown, known: KnownStacks): readonly Problem[] {
  const file = isRecord(raw) ? raw : {};
  const problems: Problem[] = [];
  if (file["release"] === undefined && file["image"] === undefined)
    problems.push({ path: [], text: "release or image is required" });
  const waves: readonly unknown[] = Array.isArray(file["waves"]) ? file["waves"] : [];
  const stacks = new Map<string, number>();
  const names = new Set<string>();
  for (const [index, wave] of waves.entries()) {
    if (!isRecord(wave)) continue;
    const path = ["waves", index];
    const say = (at: Path, text: string): void => void problems.push({ path: at, text: `${written(at)} ${text}` });
    const { tag, stacks: named } = wave;
    if ((named === undefined) === (tag === undefined)) say(path, "must have either stacks or tag");
    for (const { stack, at } of [...namedIn(named, path), ...taggedWith(tag, path, known, say)]) {
      const plain = plainly(stack, known, (why) => say(at, why));
      const earlier = stacks.get(plain);
      if (earlier !== undefined) say(at, `names ${plain} once more: it is in wave ${earlier}`);
      stacks.set(plain, index + 1);
    }
    const name = typeof wave["name"] === "string" ? wave["name"] : usualName(index);
    if (names.has(name)) say([...path, "name"], `is the name of another wave: ${name}`);
    names.add(name);
  }
  return problems;
}

interface Placed {
  readonly stack: string;
  readonly at: Path;
}

const namedIn = (named: unknown, path: Path): readonly Placed[] =>
  (Array.isArray(named) ? (named as readonly unknown[]) : []).flatMap((stack, place) =>
    typeof stack === "string" ? [{ stack, at: [...path, "stacks", place] }] : [],
  );

function taggedWith(
  tag: unknown,
  path: Path,
  known: KnownStacks,
  say: (at: Path, text: string) => void,
): readonly Placed[] {
  if (typeof tag !== "string") return [];
  const at = [...path, "tag"];
  const found = known.tagged(tag);
  if (found.length === 0) say(at, `is no stack's: no stack file of the project has \`${tag}\` in tfe:rolloutTags`);
  return found.map((stack) => ({ stack, at }));
}

/** The schema says what is wrong with a text that is no name at all. */
function plainly(stack: string, known: KnownStacks, say: (why: string) => void): string {
  try {
    return known.plainName(stack);
  } catch (thrown) {
    if (!(thrown instanceof RepaveError)) throw thrown;
    if (thrown.code !== "STACK_UNKNOWN") say(`is not a stack of this project: ${thrown.detail}`);
    return stack;
  }
}
