import { Argument, type Command } from "commander";
import { offeredReleases, shortName } from "../../domain/release";
import { PACKAGINGS } from "../../wiring/packagings";
import { projectRoot } from "../../wiring/stacks";
import { LAB_ESTATES, LAB_FAULTS } from "../lab";
import { RISKS } from "../upgrade";
import { examples, type Verb } from "../parts/verb";
import { bashScript } from "./bash";
import { fishScript } from "./fish";
import { verbsOf, type Known, type VerbNode } from "./tree";
import { zshScript } from "./zsh";

const SCRIPTS: Readonly<Record<string, (verbs: readonly VerbNode[], stacksCommand: string) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const releases = [...new Set(PACKAGINGS.flatMap(offeredReleases).flatMap((release) => [shortName(release), release]))];

const KNOWN: Known = {
  "--stack": { kind: "stacks" },
  "--release": { kind: "words", words: releases },
  "--accept": { kind: "words", words: RISKS },
  "--fault": { kind: "words", words: LAB_FAULTS },
  "--estate": { kind: "words", words: LAB_ESTATES },
  "--metrics": { kind: "files" },
  "--out": { kind: "files" },
  file: { kind: "files" },
};

/** Names of the stacks, one a line, by the shell alone: asking this program would take seconds. */
function stacksCommand(root: string): string {
  const folder = root.replace(/[^\w./-]/g, "\\$&");
  return `ls ${folder} | sed -n "s/^Pulumi\\.\\([A-Za-z0-9_-]*\\)\\.yaml$/\\1/p" | grep -v "^example$"; echo lab`;
}

/** The script that completes the whole command line in a shell. */
export function completionScript(shell: string, root: Command, project = projectRoot()): string {
  return SCRIPTS[shell]?.(verbsOf(root, KNOWN), stacksCommand(project)) ?? "";
}

export const completionVerb: Verb = {
  name: "completion",
  acts: false,
  register({ io, verb, exit }) {
    const command = verb("Print a shell completion script for verbs, options, stacks and releases.");
    command
      .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
      .addHelpText(
        "after",
        examples(
          "npx tfe-repave completion bash > ~/.local/share/bash-completion/completions/tfe-repave",
          "npx tfe-repave completion zsh > ~/.zfunc/_tfe-repave   # a folder in your fpath",
          "npx tfe-repave completion fish > ~/.config/fish/completions/tfe-repave.fish",
        ),
      )
      .action((shell: string) => {
        io.out(completionScript(shell, command.parent ?? command));
        exit(0);
      });
  },
};
