import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { REAL_TIME } from "../../../infra/runs/clockScale";
import { scaledClock } from "../../adapters/machine/clock";
import { stackCommands } from "../../adapters/machine/stackCommands";
import { rolloutStore } from "../../adapters/runStore/rolloutStore";
import { RepaveError } from "../../domain/errors";
import { type RolloutPlan, stacksOf } from "../../domain/rollout/model";
import type { Clock } from "../../ports/clock";
import type { RolloutStore, StackCommands } from "../../ports/rollout";
import { parseRollout } from "../../rollout/file";
import { isLab, knownStacks, labDir, plainStackName, projectRoot, readStack } from "../stacks";

export interface RolloutPlace {
  readonly plan: RolloutPlan;
  readonly store: RolloutStore;
  readonly commands: StackCommands;
  /** Runs as fast as the labs where all stacks are labs. */
  readonly clock: Clock;
}

/** Options of the labs that the stacks' commands start. */
export interface LabOptions {
  readonly speed?: number | undefined;
  readonly nodeBuild?: number | undefined;
  readonly estate?: string | undefined;
}

const LAB_SPEED = 30;

/** Opens a rollout by its file. Starts nothing. Throws `ROLLOUT_INVALID`. */
export async function openRollout(file: string, lab: LabOptions): Promise<RolloutPlace> {
  const path = resolve(file);
  const plan = await readRollout(file);
  const allLabs = stacksOf(plan).every(isLab);
  const now = Date.now();
  const speed = lab.speed ?? LAB_SPEED;
  return {
    plan,
    store: rolloutStore({
      dir: join(allLabs ? labDir() : join(projectRoot(), ".tfe-repave"), ".rollouts", keyOf(path)),
    }),
    commands: commandsHere(lab),
    clock: scaledClock(allLabs ? { speed, realOrigin: now, labOrigin: now } : REAL_TIME),
  };
}

/** Reads a rollout. Throws `ROLLOUT_INVALID`. */
export async function readRollout(file: string): Promise<RolloutPlan> {
  const text = await readFile(resolve(file), "utf8").catch((thrown: unknown) => {
    throw new RepaveError("ROLLOUT_INVALID", `${file} cannot be read: ${(thrown as Error).message}`);
  });
  return parseRollout(text, file, { tagged, plainName: plainStackName });
}

/** The verbs of this tool on a stack, each in a process of its own. */
export const commandsHere = (lab: LabOptions): StackCommands =>
  stackCommands({
    program: [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
    env: process.env,
    extra: (stack) => (isLab(stack) ? labWords(lab) : []),
  });

/** Stacks whose file has the tag in `tfe:rolloutTags`. */
const tagged = (tag: string): readonly string[] =>
  [...knownStacks()].sort().filter((stack) => readStack(stack).config.rolloutTags.includes(tag));

function labWords({ speed, nodeBuild, estate }: LabOptions): readonly string[] {
  const word = (name: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : [name, String(value)];
  return [...word("--speed", speed), ...word("--node-build", nodeBuild), ...word("--estate", estate)];
}

/** The folder of a file's rollouts: two files of one name are two. */
const keyOf = (path: string): string =>
  `${basename(path).replace(/[^\w.-]+/g, "-")}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
