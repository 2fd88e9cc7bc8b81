import { answer } from "../../adapters/reporters/schema/answers";
import { outageFigure } from "../../domain/forecast";
import { stacksOf } from "../../domain/rollout/model";
import { STEP_IDS } from "../../domain/steps";
import { stepLabel } from "../../domain/text/labels";
import { planLines, waveText } from "../../domain/rollout/words";
import { about } from "../../domain/text/words";
import type { StackForecast } from "../../ports/rollout";
import { forecastAll } from "../../rollout/forecast";
import { openRollout } from "../../wiring/allStacks/rollouts";
import { EXIT_CODES } from "../parts/exitCodes";
import type { Io } from "../io";
import type { RolloutCommandOptions } from "./run";

/** `rollout plan FILE`: 0: every stack could start; 3: one could not. */
export async function forecastCommand(file: string, options: RolloutCommandOptions, io: Io): Promise<number> {
  const { plan, commands } = await openRollout(file, options);
  io.err(`Planning ${stacksOf(plan).length} stacks …`);
  const all = await forecastAll(plan, commands, io.signal);
  const fits = ({ failed, problem }: StackForecast): boolean => failed.length === 0 && problem === undefined;
  const of = (stack: string): StackForecast => all.stacks.get(stack) as StackForecast;
  if (options.json === true) {
    for (const wave of plan.waves)
      for (const stack of wave.stacks) {
        const { lines, problem, ...facts } = of(stack);
        io.out(
          JSON.stringify(
            answer("rollout.plan", { stack, wave: wave.number, text: lines, problem: problem ?? null, ...facts }),
          ),
        );
      }
  } else {
    io.out(planLines(plan)[0] ?? "");
    for (const wave of plan.waves) {
      io.out(waveText(wave));
      for (const stack of wave.stacks) for (const line of stackLines(stack, of(stack))) io.out(`  ${line}`);
    }
    io.out(
      all.expectedSeconds === null
        ? "Expected: not known, because a stack could not be planned."
        : `Expected: ${about(all.expectedSeconds)} in all, soak included, without waiting for people and windows.`,
    );
  }
  return [...all.stacks.values()].every(fits) ? EXIT_CODES.done : EXIT_CODES.blocked;
}

function stackLines(stack: string, forecast: StackForecast): readonly string[] {
  const { lines, failed, skipped, expectedSeconds, likelyOutageSeconds, outageSeconds, isThere, problem } = forecast;
  if (problem !== undefined) return [`${stack}: cannot be planned: ${problem}`];
  if (isThere) return [`${stack}: nothing to do, every node already runs this build`];
  const time =
    expectedSeconds === null
      ? ""
      : `${about(expectedSeconds)}, outage ${outageFigure(likelyOutageSeconds ?? 0, outageSeconds ?? 0)}`;
  const checks = failed.length > 0 ? `would be refused by ${failed.join(", ")}` : "every check passes";
  const notMade = skipped.length > 0 ? ` (not made: ${skipped.join(", ")})` : "";
  return [`${stack}: ${checks}${notMade}; ${time}`, ...lines.filter(isOfStack).map((line) => `  ${line}`)];
}

/** The steps are the same for every stack: `plan --stack …` lists them. */
const isOfStack = (line: string): boolean =>
  line !== "" && !STEP_IDS.some((id) => line.trimStart().startsWith(`${stepLabel(id)} `) && line.startsWith("  "));
