import { Command, CommanderError } from "commander";
import { FaultScriptError, LabRunningError } from "../lab/session";
import { answer } from "./adapters/reporters/schema/answers";
import { abortVerb } from "./commands/abort";
import { appConfigVerb } from "./commands/appConfig";
import { completionVerb } from "./commands/completion";
import { drainVerb } from "./commands/drain";
import { engineVerb } from "./commands/engine";
import { EXIT_BY_DISPOSITION, EXIT_CODES } from "./commands/exitCodes";
import { healthVerb } from "./commands/health";
import { iamPolicyVerb } from "./commands/iamPolicy";
import type { Io } from "./commands/io";
import { labVerb } from "./commands/lab";
import { patchVerb } from "./commands/patch";
import { planVerb } from "./commands/plan";
import { reportVerb } from "./commands/report";
import { restartVerb } from "./commands/restart";
import { runsVerb } from "./commands/runs";
import { scheduleVerb } from "./commands/schedule";
import { statusVerb } from "./commands/status";
import { supportBundleVerb } from "./commands/supportBundle";
import { syncVerb } from "./commands/sync";
import { upgradeVerb } from "./commands/upgrade";
import type { Verb } from "./commands/verb";
import { asRepaveError, ERRORS, RepaveError } from "./domain/errors";

const VERBS: readonly Verb[] = [
  upgradeVerb,
  patchVerb,
  planVerb,
  abortVerb,
  runsVerb,
  reportVerb,
  statusVerb,
  syncVerb,
  scheduleVerb,
  healthVerb,
  drainVerb,
  restartVerb,
  appConfigVerb,
  supportBundleVerb,
  labVerb,
  engineVerb,
  iamPolicyVerb,
  completionVerb,
];

/** Every verb, with what it is told by the command line. */
function program(io: Io, exit: (code: number) => void): Command {
  const root = new Command("tfe-repave")
    .description("Repave upgrades of Terraform Enterprise Active/Active: drain, zero, one, gate, two.")
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.replace(/\n$/, "")),
      writeErr: (text) => io.err(text.replace(/\n$/, "")),
    })
    .configureHelp({ sortSubcommands: true })
    .addHelpText(
      "after",
      "\nExit codes: 0 done or nothing to do, 1 failed, 2 usage, 3 blocked (nothing changed), 4 halted (the same command goes on), 5 declined, 130 interrupted.",
    );
  const verb = (name: string, description: string): Command => root.command(name).description(description);
  for (const register of VERBS) register({ io, verb, exit });
  return root;
}

/** An error that no run could report: in words for a person, as an event for a machine. */
function report(error: RepaveError, io: Io, json: boolean): number {
  const { code, detail, remedy } = error;
  if (json) io.out(JSON.stringify(answer("error", { code, detail, remedy })));
  io.err(`${ERRORS[code].title} (${code}): ${detail}\nWhat to do: ${remedy}`);
  if (code === "INTERNAL" && error.cause instanceof Error) io.err(error.cause.stack ?? "");
  return code === "INTERRUPTED" ? EXIT_CODES.interrupted : EXIT_BY_DISPOSITION[error.disposition];
}

/** Does what the words after the program's name ask for. Resolves to the exit code; throws nothing. */
export async function commandLine(words: readonly string[], io: Io): Promise<number> {
  let code = 0;
  try {
    await program(io, (result) => (code = result)).parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BY_DISPOSITION.usage;
    // The lab was asked for something it does not have, or for what it does already: its own words say what to do.
    const ofLab = error instanceof FaultScriptError || error instanceof LabRunningError;
    const failure = ofLab ? new RepaveError("USAGE", error.message) : asRepaveError(error);
    return report(failure, io, words.includes("--json"));
  }
}
