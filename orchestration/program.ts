import { Command, CommanderError } from "commander";
import { FaultScriptError, LabEstateError, LabRunningError } from "../lab/session";
import { version } from "../package.json";
import { answer } from "./adapters/reporters/schema/answers";
import { abortVerb } from "./commands/abort";
import { appConfigVerb } from "./commands/appConfig";
import { completionVerb } from "./commands/completion";
import { doctorVerb, notifyVerb } from "./commands/doctor";
import { adoptVerb } from "./commands/adopt";
import { drainVerb } from "./commands/drain";
import { engineVerb } from "./commands/engine";
import { exitCodeOf } from "./commands/parts/exitCodes";
import { healthVerb } from "./commands/health";
import { iamPolicyVerb } from "./commands/iamPolicy";
import { type Io, showCalls } from "./commands/io";
import { initVerb } from "./commands/init";
import { labVerb } from "./commands/lab";
import { migrateVerb } from "./commands/move/migrate";
import { takenByNpm } from "./commands/parts/npm";
import { patchVerb } from "./commands/patch";
import { planVerb } from "./commands/plan";
import { releasesVerb } from "./commands/releases";
import { reportVerb } from "./commands/report";
import { restartVerb } from "./commands/restart";
import { rolloutVerb } from "./commands/rollout";
import { runsVerb } from "./commands/runs";
import { scheduleVerb } from "./commands/schedule";
import { statusVerb } from "./commands/status";
import { supportBundleVerb } from "./commands/supportBundle";
import { syncVerb } from "./commands/sync";
import { upgradeVerb } from "./commands/upgrade";
import { seeHelp, type Verb } from "./commands/parts/verb";
import { asRepaveError, beforeActing, ERRORS, RepaveError } from "./domain/errors";

/** Every verb, under the headings of the help. */
const GROUPS: Readonly<Record<string, readonly Verb[]>> = {
  "Upgrade and patch:": [
    planVerb,
    upgradeVerb,
    patchVerb,
    migrateVerb,
    abortVerb,
    rolloutVerb,
    scheduleVerb,
    releasesVerb,
  ],
  "Look at a stack:": [statusVerb, healthVerb, runsVerb, reportVerb],
  "Work on the nodes:": [drainVerb, restartVerb, appConfigVerb, supportBundleVerb],
  "Set up:": [
    initVerb,
    adoptVerb,
    doctorVerb,
    notifyVerb,
    labVerb,
    engineVerb,
    iamPolicyVerb,
    syncVerb,
    completionVerb,
  ],
};

const EXIT_CODES_IN_WORDS = `
Exit codes:
  0 done or nothing to do, 1 failed or unhealthy, 2 usage, 3 blocked (nothing
  changed), 4 halted (run the same command to resume), 5 declined,
  130 interrupted.`;

const VERBS: readonly Verb[] = Object.values(GROUPS).flat();

/** Names of the verbs, in the order of the help. */
export const verbNames: readonly string[] = VERBS.map(({ name }) => name);

/** Whether the verb of this name changes something. */
export const acts = (name: string): boolean => VERBS.some((verb) => verb.name === name && verb.acts);

/** Turns commander's error into one sentence: `unknown option '--releas'. Did you mean --release?` */
const plainly = (text: string): string =>
  text.replace(/^error: /, "").replace(/\n\((Did you mean .*\?)\)/, (_, question: string) => `. ${question}`);

/** Carries out `--cwd`. Throws `USAGE`. */
function workIn(folder: string | undefined): void {
  if (folder === undefined) return;
  try {
    process.chdir(folder);
  } catch {
    throw new RepaveError("USAGE", `--cwd ${folder} is not a folder`);
  }
}

/** Builds the command line with every verb. */
function program(io: Io, exit: (code: number) => void): Command {
  const root = new Command("tfe-repave")
    .description("Upgrade and patch Terraform Enterprise Active/Active by replacing every node.")
    .showHelpAfterError("See `--help`.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.replace(/\n$/, "")),
      writeErr: (text) => io.err(text.replace(/\n$/, "")),
      outputError: (text, write) => write(plainly(text)),
    })
    .version(`tfe-repave ${version}`)
    .option("-C, --cwd <folder>", "work in this folder: its project is the nearest one from there upwards")
    .addHelpText("after", EXIT_CODES_IN_WORDS)
    .hook("preAction", (_, verb) => {
      workIn(verb.optsWithGlobals<{ readonly cwd?: string }>().cwd);
      showCalls(verb.opts<{ readonly debug?: string | true }>().debug);
    });
  for (const [heading, verbs] of Object.entries(GROUPS)) {
    root.commandsGroup(heading);
    for (const each of verbs) {
      const verb = (description: string): Command =>
        root.command(each.name).description(description).showHelpAfterError(seeHelp(each.name));
      each.register({ io, verb, exit });
    }
  }
  return root.helpCommand(true);
}

/** Prints an error that no run could report: as text for a person, as an event for a machine. Returns the exit code. */
function report(error: RepaveError, io: Io, { json, verb }: { readonly json: boolean; readonly verb: string }): number {
  const { code, detail } = error;
  const remedy = error.next ?? beforeActing(error.remedy);
  if (json) io.out(JSON.stringify(answer("error", { code, detail, remedy })));
  // What is wrong with a command line needs no heading: the sentence itself says it.
  io.err(
    code === "USAGE" ? `${detail}\n${seeHelp(verb)}` : `${ERRORS[code].title} (${code}): ${detail}\nNext: ${remedy}`,
  );
  if (code === "INTERNAL" && error.cause instanceof Error) io.err(error.cause.stack ?? "");
  return exitCodeOf(error);
}

/** What commander has already said to a person is said to a machine as well. Returns the exit code. */
function ofCommander({ exitCode, message }: CommanderError, io: Io, json: boolean): number {
  if (exitCode === 0) return 0;
  const code = "USAGE";
  if (json) io.out(JSON.stringify(answer("error", { code, detail: plainly(message), remedy: ERRORS[code].remedy })));
  return exitCodeOf(new RepaveError(code, message));
}

/** Runs the command line given by the words after the program's name. Resolves to the exit code. Throws nothing. */
export async function commandLine(words: readonly string[], io: Io): Promise<number> {
  let code = 0;
  try {
    const root = program(io, (result) => (code = result));
    const command = root.commands.find((each) => each.name() === words[0]);
    const taken = command && takenByNpm(command, words.slice(1), process.env);
    if (taken !== undefined) throw new RepaveError("USAGE", taken);
    await root.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return ofCommander(error, io, words.includes("--json"));
    // The lab's own message says what to do.
    const ofLab = [FaultScriptError, LabRunningError, LabEstateError].some((kind) => error instanceof kind);
    const failure = ofLab && error instanceof Error ? new RepaveError("USAGE", error.message) : asRepaveError(error);
    return report(failure, io, { json: words.includes("--json"), verb: words[0] ?? "" });
  }
}
