import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { foldRollout } from "../../domain/rollout/state";
import { finishedLines } from "../../domain/rollout/words";
import { conduct } from "../../rollout/conduct";
import { requireKnownWaves } from "../../rollout/approval";
import { rolloutId } from "../../rollout/journal";
import { ttyPrompt } from "../../wiring/machine";
import { openRollout } from "../../wiring/allStacks/rollouts";
import { exitCode } from "./ending";
import { rolloutReporterFor, type Io } from "../io";

export interface RolloutCommandOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly approve?: readonly string[];
  readonly plain?: boolean;
  readonly speed?: number;
  readonly nodeBuild?: number;
  readonly estate?: string;
}

/** `user@host`, as runs record it. */
export const operatorHere = (): string => `${userInfo().username}@${hostname()}`;

/** `rollout FILE`: carries it out, or continues it. Resolves to the exit code. */
export async function rolloutCommand(file: string, options: RolloutCommandOptions, io: Io): Promise<number> {
  const { plan, store, commands, clock } = await openRollout(file, options);
  const approvals = { all: options.yes === true, waves: options.approve ?? [], canAsk: process.stdin.isTTY };
  requireKnownWaves(plan, approvals);
  const now = (): number => Date.now();
  const finished = await conduct(plan, {
    store,
    commands,
    clock,
    now,
    approvals,
    prompt: ttyPrompt({ yes: options.yes === true, signal: io.signal }),
    reporter: rolloutReporterFor(options, io, plan),
    operator: operatorHere(),
    newId: () => rolloutId(now(), randomBytes(2).toString("hex")),
    signal: io.signal,
  });
  const state = foldRollout((await store.newest())?.entries ?? []);
  if (state && options.json !== true) for (const line of finishedLines(finished, state, file)) io.out(line);
  return exitCode(finished, state);
}
