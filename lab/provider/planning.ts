import { differences, type Difference } from "./diff";
import { isAutoNamed, withIgnored, withoutDefaults } from "./inputs";
import type { Noun } from "./noun";
import { equal, isProps, UNKNOWN, type Props, type Value } from "./value";

export interface Diffed {
  readonly differences: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
}

/** What the update of this resource would change. */
export function diff(noun: Noun, olds: Props, inputs: Props, ignoreChanges: readonly string[]): Diffed {
  const news = withIgnored(inputs, olds, ignoreChanges);
  const declared = differences(noun.fields, olds, news);
  const found = [...declared, ...followUps(noun, declared, news)];
  const nameIsGiven = news["name"] !== undefined && !isAutoNamed(news);
  return {
    differences: found,
    // Two things cannot have one name: the old one has to go first.
    deleteBeforeReplace: found.some((each) => each.replaces) && nameIsGiven && news["name"] === olds["name"],
  };
}

/** What the real providers name beside the inputs themselves: outputs that move with them, and `tagsAll` with `tags`. */
function followUps(noun: Noun, declared: readonly Difference[], news: Props): readonly Difference[] {
  const moved = noun.moves?.(new Set(declared.map((each) => each.input)), news) ?? [];
  const tags = noun.fields["tagsAll"] ? declared.filter((each) => each.input === "tags") : [];
  return [
    ...moved.map((output): Difference => ({ path: output, input: output, kind: "update", replaces: false })),
    ...tags.map((each) => ({ ...each, path: each.path.replace(/^tags/, "tagsAll"), input: "tagsAll" })),
  ];
}

const unknowns = (names: readonly string[]): Props => Object.fromEntries(names.map((name) => [name, UNKNOWN]));

/** Inputs that the program leaves to the world: not known before it is asked. */
const leftToTheWorld = (noun: Noun, inputs: Props): readonly string[] =>
  Object.keys(noun.fields).filter((key) => noun.fields[key]?.computed === true && inputs[key] === undefined);

export function previewCreate(noun: Noun, inputs: Props): Props {
  const unknown = unknowns([...noun.outputs, ...leftToTheWorld(noun, inputs)]);
  return { ...unknown, ...withoutDefaults(inputs) };
}

/** What the old state says that is no input: ids, ARNs. */
export function computedOf(noun: Noun, olds: Props, news: Props): Props {
  return Object.fromEntries(
    Object.entries(olds).filter(([key]) => {
      const field = noun.fields[key];
      return field === undefined || (field.computed === true && news[key] === undefined);
    }),
  );
}

export function previewUpdate(noun: Noun, olds: Props, inputs: Props, ignoreChanges: readonly string[]): Props {
  const news = withoutDefaults(withIgnored(inputs, olds, ignoreChanges));
  const changed = new Set(differences(noun.fields, olds, news).map((each) => each.input));
  const completed = Object.fromEntries(
    Object.entries(news).map(([key, value]) => [key, completedFrom(noun, key, value, olds[key])]),
  );
  // Where nobody can be asked, nothing is known of an update before it is made.
  const unknown = noun.observe ? (noun.moves?.(changed, news) ?? []) : noun.outputs;
  const tags = noun.fields["tagsAll"] && changed.has("tags") ? { tagsAll: news["tags"] ?? {} } : {};
  return { ...computedOf(noun, olds, news), ...completed, ...tags, ...unknowns(unknown) };
}

/** An object that did not change keeps what the world filled in. */
function completedFrom(noun: Noun, key: string, value: Value | undefined, old: Value | undefined): Value | undefined {
  const filledIn = noun.fields[key]?.completes;
  if (!filledIn || !isProps(value) || !isProps(old)) return value;
  const unchanged = Object.entries(value).every(([each, wanted]) => equal(wanted, old[each]));
  return unchanged ? { ...Object.fromEntries(filledIn.map((each) => [each, old[each]])), ...value } : value;
}
