import { Option } from "commander";
import { name as toolName, version } from "../../../package.json";
import { lazily } from "../../adapters/machine/lazy";
import { answer } from "../../adapters/reporters/schema/answers";
import { RepaveError } from "../../domain/errors";
import { type Entry, questionsIn, stackFileText } from "../../init/stackFile";
import type * as wiring from "../../wiring/project/init";
import { LAB_STACK, plainStackName } from "../../wiring/stacks";
import type { Io } from "../io";
import { jsonOption, stackOption } from "../options";
import { examples, type Verb } from "../parts/verb";
import { type FreshOptions, freshStack, withFreshOptions } from "./fresh";
import { groupStack } from "./group";
import { type GroupOptions, withGroupOptions } from "./groupOptions";

export interface InitOptions extends FreshOptions, GroupOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** Name of the stack where none is given. */
const USUAL_STACK = "production";

const loaded = (): typeof wiring => lazily("../../wiring/project/init", __filename) as typeof wiring;

/** Runs `init`: makes the folder a project and writes a stack's file. Overwrites nothing. Resolves to the exit code. */
export async function initCommand(options: InitOptions, verbs: readonly string[], io: Io): Promise<number> {
  const { completeProject, fromHere, initPlace, isInstalled, schemaPath, writeMissing } = loaded();
  const stack = plainStackName(options.stack ?? USUAL_STACK);
  if (stack === LAB_STACK) throw new RepaveError("USAGE", "the lab writes its own stack file; give another --stack");
  const place = initPlace();
  const path = `Pulumi.${stack}.yaml`;
  const isThere = (await loaded().readProjectFile(place.root, path)) !== undefined;
  const { fromGroup } = options;
  if (isThere && fromGroup !== undefined)
    throw new RepaveError(
      "USAGE",
      `${path} exists, and init overwrites nothing: give another --stack, or move it away`,
    );
  const questions = loaded().ttyQuestions(io.signal);
  const read = (): Promise<readonly Entry[]> =>
    fromGroup === undefined ? freshStack(options, questions) : groupStack(stack, fromGroup, options, questions, io);
  const entries = isThere ? [] : await read();
  const files = [...(await completeProject(place, { name: toolName, version, verbs }))];
  if (isThere) files.push({ path, state: "kept" });
  else {
    const from = fromGroup === undefined ? "" : ` --from-group ${fromGroup}`;
    const about = [`Written by \`init${from}\`; from now on it is yours.`];
    const text = stackFileText({ stack, schema: schemaPath(place), about, entries });
    files.push({ path, state: (await writeMissing(place.root, path, text)) ? "written" : "kept" });
  }
  const todo = questionsIn(entries);
  const installed = place.isClone || (await isInstalled(place, toolName));
  const next = nextSteps({ stack, path, open: todo.length, installed });
  if (options.json === true) io.out(JSON.stringify(answer("init", { stack, project: place.root, files, todo, next })));
  else say(io, { project: fromHere(place.root), files, entries, next });
  return 0;
}

interface Said {
  readonly project: string;
  readonly files: readonly wiring.Placed[];
  readonly entries: readonly Entry[];
  readonly next: readonly string[];
}

const STATES = {
  written: "written",
  kept: "exists, unchanged",
  extended: "exists, missing scripts added",
} as const satisfies Record<wiring.Placed["state"], string>;

function say(io: Io, { project, files, entries, next }: Said): void {
  for (const { path, state } of files) io.out(`${project === "." ? "" : `${project}/`}${path}: ${STATES[state]}`);
  const questions = questionsIn(entries);
  if (questions.length > 0) io.out(`\nOpen questions (TODO in the stack file):`);
  for (const { key, question } of questions) io.out(`  ${key}: ${question}`);
  io.out("\nNext:");
  for (const line of next) io.out(`  ${line}`);
}

interface Situation {
  readonly stack: string;
  readonly path: string;
  readonly open: number;
  readonly installed: boolean;
}

/** What is left to do, as commands where there is one. */
function nextSteps({ stack, path, open, installed }: Situation): readonly string[] {
  return [
    ...(installed ? [] : [`npm install --save-exact ${toolName}@${version}`]),
    ...(open === 0 ? [] : [`answer each TODO in ${path}`]),
    `npm run doctor -- --stack ${stack}`,
    `pulumi preview --stack ${stack}   # \`npm run engine\` brings a Pulumi CLI`,
  ];
}

export const initVerb: Verb = {
  name: "init",
  acts: false,
  register({ io, verb, exit }) {
    const command = verb("Make this folder a project and write a commented stack file. Overwrites nothing.");
    command.addOption(new Option(stackOption.flags, `name of the stack (default: ${USUAL_STACK})`).env("PULUMI_STACK"));
    withGroupOptions(withFreshOptions(command))
      .addOption(jsonOption)
      .addHelpText(
        "after",
        examples(
          "npm run init -- --stack production",
          "npm run init -- --from-group example-tfe-asg --stack production --region eu-central-1",
          "npx tfe-repave init --hostname tfe.example.com --region eu-central-1 --services build --zones eu-central-1a,eu-central-1b",
        ),
      )
      .action(async (options: InitOptions) => {
        const verbs = (command.parent?.commands ?? []).map((each) => each.name());
        exit(await initCommand(options, verbs, io));
      });
  },
};
