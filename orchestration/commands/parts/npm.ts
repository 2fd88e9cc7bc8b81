import type { Command, Option } from "commander";
import { parseRelease } from "../../domain/release";

/** Options of ours that npm knows as its own: of these alone nobody can tell who was meant. */
const NPMS_OWN = ["--json", "--yes", "--force", "--help", "--version"];

/** How the values of some options look. Any other option gets the word that is left. */
const SHAPES: Readonly<Record<string, (word: string) => boolean>> = {
  "--release": (word) => parseRelease(word) !== undefined,
  "--image": (word) => word.startsWith("ami-"),
  "--node": (word) => word.startsWith("i-"),
  "--max-age": (word) => /^\d+[hdw]$/.test(word),
};

/**
 * What somebody meant who wrote `npm run upgrade --release 642` without the `--` in between: npm takes the options for itself,
 * and hands over the words that are left. Undefined: nothing was taken.
 */
export function takenByNpm(
  command: Command,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (env["npm_lifecycle_event"] !== command.name()) return undefined;
  const options = [command, ...command.commands].flatMap((each) => each.options);
  const taken = [...new Map(options.map((option) => [option.long ?? "", option]))].filter(
    ([long]) => (env[variable(long)] ?? "") !== "" && !words.includes(long),
  );
  if (taken.every(([long]) => NPMS_OWN.includes(long))) return undefined;
  const left = [...words];
  const typed = taken.map(([long, option]) =>
    [long, ...valueOf(long, option, env[variable(long)] ?? "", left)].join(" "),
  );
  const names = taken.map(([long]) => long).join(" and ");
  return `npm took ${names} for itself, because \`--\` is missing. Type: npm run ${[command.name(), "--", ...left, ...typed].join(" ")}`;
}

const variable = (long: string): string => `npm_config_${long.slice(2).replaceAll("-", "_")}`;

/** The value of an option that npm took: npm kept it, or it is one of the words that are left, from which it is removed. */
function valueOf(long: string, option: Option, kept: string, left: string[]): readonly string[] {
  if (!option.required && !option.optional) return [];
  if (kept !== "true") return [kept];
  const fits = SHAPES[long] ?? ((word) => !Object.values(SHAPES).some((shape) => shape(word)));
  const at = left.findIndex(fits);
  return at < 0 ? ["…"] : left.splice(at, 1);
}
