import type { Argument, Command, Option } from "commander";

/** What may follow an option or stand as an argument: given words, or what the shell looks up when it is asked. */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "stacks" }
  | { readonly kind: "files" };

export interface OptionNode {
  /** `-s`, `--stack`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Undefined: it takes none. */
  readonly values: Values | undefined;
}

/** One verb of the command line; one with verbs of its own is listed by each of them (`app-config set`). */
export interface VerbNode {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionNode[];
  /** What may stand without an option. */
  readonly words: readonly string[];
  /** A file may stand there too. */
  readonly takesFile: boolean;
}

/** Words for options by their long name, and for arguments by theirs: what commander does not know. */
export type Known = Readonly<Record<string, Values>>;

/** The verbs of a command line, as commander has them. */
export const verbsOf = (root: Command, known: Known): readonly VerbNode[] =>
  root.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [...optionsOf(command, known), ...command.commands.flatMap((each) => optionsOf(each, known))].filter(
      isFirst,
    ),
    words: [
      ...command.commands.map((each) => each.name()),
      ...command.registeredArguments.flatMap((argument) => wordsOf(argument, known)),
    ],
    takesFile: command.registeredArguments.some((argument) => known[argument.name()]?.kind === "files"),
  }));

const isFirst = (option: OptionNode, index: number, all: readonly OptionNode[]): boolean =>
  all.findIndex(({ flags }) => flags.join() === option.flags.join()) === index;

function optionsOf(command: Command, known: Known): readonly OptionNode[] {
  const help: OptionNode = { flags: ["-h", "--help"], description: "display help for command", values: undefined };
  return [...command.options.map((option) => optionNode(option, known)), help];
}

function optionNode(option: Option, known: Known): OptionNode {
  const takesValue = option.required || option.optional;
  const choices = option.argChoices;
  const values: Values | undefined = choices
    ? { kind: "words", words: choices }
    : (known[option.long ?? ""] ?? { kind: "words", words: [] });
  return {
    flags: [option.short, option.long].flatMap((flag) => flag ?? []),
    description: option.description,
    values: takesValue ? values : undefined,
  };
}

function wordsOf(argument: Argument, known: Known): readonly string[] {
  if (argument.argChoices) return argument.argChoices;
  const values = known[argument.name()];
  return values?.kind === "words" ? values.words : [];
}
