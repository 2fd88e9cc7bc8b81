import { writeFile } from "node:fs/promises";
import { answer } from "../../../adapters/reporters/schema/answers";
import { asRepaveError, RepaveError } from "../../../domain/errors";
import { type Condition, type RolloutPlan } from "../../../domain/rollout/model";
import { parseRelease } from "../../../domain/release";
import { type Calendar, parseCalendar } from "../../../domain/window/calendar";
import { isBuildSuccess, lookInBuild, repaveInBuild } from "../../../rollout/engine/build";
import { commandsHere, type LabOptions } from "../../../wiring/allStacks/rollouts";
import { onlyStack, plainStackName, readStack } from "../../../wiring/stacks";
import { EXIT_CODES } from "../../parts/exitCodes";
import { rolloutReporterFor, type Io } from "../../io";

interface InBuildOptions extends LabOptions {
  readonly stack?: string;
  readonly json?: boolean;
  /** The file that the verb writes its result to, for the build. */
  readonly end?: string;
}

export interface RepaveOptions extends InBuildOptions {
  readonly release?: string;
  readonly image?: string;
  readonly windows: "stop" | "wait";
}

/** `rollout repave`: what a rollout does with one stack; the exit code is that of its run. */
export async function repaveCommand(options: RepaveOptions, io: Io): Promise<number> {
  const stack = plainStackName(options.stack ?? onlyStack());
  const goal = goalOf(options);
  const { windows } = options;
  const plan: RolloutPlan = { name: stack, ...goal, windows, waves: [oneWave(stack)] };
  const reporter = rolloutReporterFor({ ...options, plain: true }, io, plan);
  const calendar = (): Calendar => {
    const { config } = readStack(stack);
    return parseCalendar(config.windows, config.freeze);
  };
  const facts = { stack, ...goal, windows, calendar };
  const end = await repaveInBuild({ ...facts, now: () => Date.now() }, commandsHere(options), {
    signal: io.signal,
    tell: (progress) =>
      reporter.emit(
        progress.kind === "step"
          ? { event: "rollout.stack.step", stack, step: progress.step, title: progress.title }
          : { event: "rollout.stack.outage", stack, began: progress.began },
      ),
  });
  await say(end, options);
  const { again, say: word, ...told } = end;
  reporter.emit({ event: "rollout.stack.finished", wave: 1, stack, ...told });
  if (word !== undefined)
    reporter.emit({
      event: "rollout.note",
      text: `${stack}: its run stopped at a safe point; another build resumes it`,
    });
  if (again !== undefined) reporter.emit({ event: "rollout.note", text: `${stack} is tried again at ${again}` });
  if (isBuildSuccess(end)) return EXIT_CODES.done;
  return end.outcome === "unknown" ? EXIT_CODES.halted : EXIT_CODES[end.outcome];
}

function goalOf({ release: word, image }: RepaveOptions): Pick<RolloutPlan, "release" | "image"> {
  const release = word === undefined ? undefined : parseRelease(word);
  if (word !== undefined && release === undefined)
    throw new RepaveError("USAGE", `--release ${word} is not a known release`);
  if (release === undefined && image === undefined) throw new RepaveError("USAGE", "--release or --image is required");
  return { ...(release === undefined ? {} : { release }), ...(image === undefined ? {} : { image }) };
}

const oneWave = (stack: string): RolloutPlan["waves"][number] => ({
  number: 1,
  name: "wave 1",
  stacks: [stack],
  concurrency: 1,
  soakMs: 0,
  holds: [],
  approval: "none",
});

export interface LookOptions extends InBuildOptions {
  readonly holds: readonly Condition[];
}

/**
 * `rollout look`: whether a stack holds, as a rollout looks at it. 0: it does; 1: it does not. With `--end` the answer is in the file, and
 * the exit code says only whether there is one.
 */
export async function lookCommand(options: LookOptions, io: Io): Promise<number> {
  const stack = plainStackName(options.stack ?? onlyStack());
  const end = await lookInBuild(stack, options.holds, commandsHere(options), io.signal);
  await say(end, options);
  if (options.json === true)
    io.out(JSON.stringify(answer("rollout.look", { stack, holds: end.holds, detail: end.detail ?? null })));
  else io.out(`${stack}: ${end.holds ? "everything holds" : (end.detail ?? "")}`);
  return end.holds || options.end !== undefined ? EXIT_CODES.done : EXIT_CODES.failed;
}

async function say(end: object, { end: file }: InBuildOptions): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, `${JSON.stringify(end)}\n`).catch((thrown: unknown) => {
    throw new RepaveError("USAGE", `--end ${file} cannot be written: ${asRepaveError(thrown).detail}`);
  });
}
