import type { OptionNode, Values, VerbNode } from "./tree";

const list = (words: readonly string[]): string => words.join(" ");

/** A script to be sourced, by bash-completion or by hand. It asks nothing that bash 3.2 (macOS) does not have. */
export function bashScript(verbs: readonly VerbNode[], stacksCommand: string): string {
  return `# bash completion of tfe-repave
_tfe_repave_stacks() { ${stacksCommand}; }

_tfe_repave() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${list(verbs.map(({ name }) => name))} --help" -- "$cur"))
    return
  fi
  case "$verb:$prev" in
${verbs.flatMap(valueCases).join("\n")}
  esac
  case "$verb" in
${verbs.map(verbCase).join("\n")}
  esac
}

complete -F _tfe_repave tfe-repave`;
}

const valueCases = ({ name, options }: VerbNode): readonly string[] =>
  options.flatMap(({ flags, values }: OptionNode) => {
    if (!values) return [];
    const patterns = flags.map((flag) => `${name}:${flag}`).join(" | ");
    return [`    ${patterns}) COMPREPLY=(${replies(values)}); return ;;`];
  });

function replies(values: Values): string {
  if (values.kind === "files") return '$(compgen -f -- "$cur")';
  const words = values.kind === "stacks" ? "$(_tfe_repave_stacks)" : list(values.words);
  return `$(compgen -W "${words}" -- "$cur")`;
}

function verbCase({ name, options, words, takesFile }: VerbNode): string {
  const all = [...words, ...options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith("--")))];
  const files = takesFile ? ' $(compgen -f -- "$cur")' : "";
  return `    ${name}) COMPREPLY=($(compgen -W "${list(all)}" -- "$cur")${files}) ;;`;
}
