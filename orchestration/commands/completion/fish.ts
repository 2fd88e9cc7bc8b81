import type { OptionNode, Values, VerbNode } from "./tree";

const quoted = (text: string): string => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;

/** A script for fish's folder of completions. */
export function fishScript(verbs: readonly VerbNode[], stacksCommand: string): string {
  const names = verbs.map(({ name }) => name).join(" ");
  return [
    "# fish completion of tfe-repave",
    `function __tfe_repave_stacks; sh -c ${quoted(stacksCommand)}; end`,
    "complete -c tfe-repave -f",
    ...verbs.map(
      ({ name, description }) =>
        `complete -c tfe-repave -n 'not __fish_seen_subcommand_from ${names}' -a ${name} -d ${quoted(description)}`,
    ),
    ...verbs.flatMap((verb) => [
      ...verb.options.map((option) => optionLine(verb, option)),
      ...(verb.takesFile ? [`${when(verb)} -F`] : []),
      ...(verb.words.length > 0 ? [`${when(verb)} -a ${quoted(verb.words.join(" "))}`] : []),
    ]),
  ].join("\n");
}

const when = ({ name }: VerbNode): string => `complete -c tfe-repave -n '__fish_seen_subcommand_from ${name}'`;

function optionLine(verb: VerbNode, { flags, description, values }: OptionNode): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [when(verb), ...names, ...(values ? argument(values) : []), `-d ${quoted(description)}`].join(" ");
}

function argument(values: Values): readonly string[] {
  if (values.kind === "files") return ["-r", "-F"];
  const words = values.kind === "stacks" ? "(__tfe_repave_stacks)" : values.words.join(" ");
  return words === "" ? ["-x"] : ["-x", `-a ${quoted(words)}`];
}
