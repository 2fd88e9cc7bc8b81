import type { RolloutPlan } from "../domain/rollout/model";
import { stacksOf } from "../domain/rollout/model";
import type { StackCommands, StackForecast } from "../ports/rollout";

/** Stacks that are planned at the same time. */
const AT_ONCE = 4;

export interface RolloutForecast {
  readonly stacks: ReadonlyMap<string, StackForecast>;
  /** Of the whole rollout; null: a stack could not be planned. */
  readonly expectedSeconds: number | null;
}

/** Plans every stack. Changes nothing. */
export async function forecastAll(
  plan: RolloutPlan,
  commands: Pick<StackCommands, "forecast">,
  signal: AbortSignal,
): Promise<RolloutForecast> {
  const left = [...stacksOf(plan)];
  const stacks = new Map<string, StackForecast>();
  const worker = async (): Promise<void> => {
    for (let stack = left.shift(); stack !== undefined; stack = left.shift())
      stacks.set(stack, await commands.forecast(stack, plan, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const waves = plan.waves.map((wave) => {
    const each = wave.stacks.map((stack) => secondsOf(stacks.get(stack)));
    return each.includes(null) ? null : together(each as readonly number[], wave.concurrency) + wave.soakMs / 1000;
  });
  const expectedSeconds = waves.includes(null) ? null : (waves as readonly number[]).reduce((a, b) => a + b, 0);
  return { stacks, expectedSeconds };
}

const secondsOf = (forecast: StackForecast | undefined): number | null =>
  forecast?.isThere === true ? 0 : (forecast?.expectedSeconds ?? null);

/** How long stacks take, so many at a time, in their order. */
function together(seconds: readonly number[], concurrency: number): number {
  const lanes = Array.from({ length: Math.min(concurrency, seconds.length) }, () => 0);
  for (const each of seconds) {
    const free = lanes.indexOf(Math.min(...lanes));
    lanes[free] = (lanes[free] ?? 0) + each;
  }
  return Math.max(0, ...lanes);
}
