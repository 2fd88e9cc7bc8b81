import type { OptionNode, Values, VerbNode } from "./tree";

/** For `_arguments` and `_describe`: a colon ends a part, a bracket the description. */
const plain = (text: string): string =>
  text.replace(/'/g, "’").replace(/\[/g, "(").replace(/\]/g, ")").replace(/:/g, "\\:");

/** A script to be autoloaded as `_tfe-repave`, or sourced after `compinit`. */
export function zshScript(verbs: readonly VerbNode[], stacksCommand: string): string {
  return `#compdef tfe-repave
_tfe_repave_stacks() { compadd -- \${(f)"$(${stacksCommand})"} }

_tfe_repave() {
  local -a verbs
  verbs=(
${verbs.map(({ name, description }) => `    '${name}:${plain(description)}'`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${verbs.map(verbCase).join("\n")}
  esac
}

# Autoloaded it is the completion itself; sourced it has to be made known.
if [ "$funcstack[1]" = "_tfe-repave" ]; then _tfe_repave "$@"; else compdef _tfe_repave tfe-repave; fi`;
}

function verbCase({ name, options, words, takesFile }: VerbNode): string {
  const specs = [
    ...options.map(spec),
    ...(words.length > 0 ? [`'*:word:(${words.join(" ")})'`] : []),
    ...(takesFile ? ["'*:file:_files'"] : []),
  ];
  return [`    ${name})`, `      _arguments \\`, specs.map((each) => `        ${each}`).join(" \\\n"), "      ;;"].join(
    "\n",
  );
}

function spec({ flags, description, values }: OptionNode): string {
  const names = flags.length > 1 ? `{${flags.join(",")}}` : (flags[0] ?? "");
  return `${names}'[${plain(description)}]${values ? action(values) : ""}'`;
}

function action(values: Values): string {
  if (values.kind === "files") return ":file:_files";
  if (values.kind === "stacks") return ":stack:_tfe_repave_stacks";
  return values.words.length > 0 ? `:value:(${values.words.join(" ")})` : ":value: ";
}
