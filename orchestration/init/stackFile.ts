import { stringify } from "yaml";
import type { StackConfig } from "../../infra/config/index";
import { PROJECT } from "../../infra/contract";

/** A value as the file has it. */
export type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** A key of the stack's file. Without a value it is a question: the file has it as a TODO, which the operator answers. */
export interface Entry {
  readonly key: keyof StackConfig | "aws:region" | "aws:profile";
  readonly value?: Value | undefined;
  /** Where the value comes from, or the question: one sentence or more. */
  readonly comment: string;
  /** What an answer looks like. */
  readonly example?: string;
}

/** What is left for the operator to answer. */
export interface Question {
  readonly key: string;
  readonly question: string;
}

export const isOpen = ({ value }: Entry): boolean => value === undefined;

export const questionsIn = (entries: readonly Entry[]): readonly Question[] =>
  entries.filter(isOpen).map((entry) => ({ key: keyOf(entry), question: entry.comment }));

/** What was found, by key without the project's name, as `pulumi config set` writes it. Keys of other namespaces are left out. */
export const valuesIn = (entries: readonly Entry[]): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    entries.flatMap(({ key, value }) =>
      value === undefined || key.includes(":") ? [] : [[key, typeof value === "number" ? String(value) : value]],
    ),
  );

const keyOf = ({ key }: Entry): string => (key.includes(":") ? key : `${PROJECT}:${key}`);

export interface StackFileFacts {
  readonly stack: string;
  /** Path of the schema for editors, from the file's folder. */
  readonly schema: string;
  /** Comments at the top: how the file came to be. */
  readonly about: readonly string[];
  readonly entries: readonly Entry[];
}

/** The text of `Pulumi.<stack>.yaml`, each key below a comment. */
export function stackFileText({ stack, schema, about, entries }: StackFileFacts): string {
  return [
    `# yaml-language-server: $schema=${schema}`,
    ...comment(`Stack ${stack}.`),
    ...about.flatMap(comment),
    ...comment("No value here is a secret: the nodes read their secrets from the ARNs that you give."),
    "config:",
    ...entries.flatMap(linesOf).map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function linesOf(entry: Entry): readonly string[] {
  const { value, example = "" } = entry;
  if (value === undefined)
    return [...comment(`TODO ${entry.comment}`), `# ${keyOf(entry)}:${example === "" ? "" : ` ${example}`}`];
  const yaml = stringify({ [keyOf(entry)]: value }, { lineWidth: 0, defaultStringType: "PLAIN" });
  return [...comment(entry.comment), ...yaml.trimEnd().split("\n")];
}

const WIDTH = 110;

/** A comment, broken between words. */
function comment(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}
