import { asRepaveError } from "../domain/errors";
import type { Condition, Wave } from "../domain/rollout/model";
import { brokenConditions } from "./conditions";
import { type Conducting, endedMeanwhile } from "./context";
import type { Ending } from "./options";

/** Between two looks: a tenth of the soak, but no shorter or longer than this. */
const BETWEEN_MS = { least: 30_000, most: 300_000 };

/** A look that could not be made is made again this often, in a row, before it counts as a failed one. */
const MOST_BLIND = 3;

/** Stacks that are looked at at the same time. */
const AT_ONCE = 4;

/**
 * Watches the stacks of a wave for as long as it soaks, and once at its end; a soak that was interrupted starts anew. Undefined: everything
 * held.
 */
export async function soak(number: number, ctx: Conducting): Promise<Ending | undefined> {
  const { journal, clock, signal } = ctx;
  const { wave } = journal.wave(number);
  await journal.record({ event: "rollout.soak.started", wave: number, seconds: wave.soakMs / 1000 });
  const until = clock.monotonic() + wave.soakMs;
  const between = Math.min(BETWEEN_MS.most, Math.max(BETWEEN_MS.least, wave.soakMs / 10));
  const blind = new Map<string, number>();
  for (;;) {
    const left = until - clock.monotonic();
    const broken = await lookAtAll(wave, blind, ctx);
    const ended = await endedMeanwhile(ctx);
    if (ended) return ended;
    if (broken) {
      await journal.record({ event: "rollout.soak.failed", wave: number, ...broken });
      return { outcome: "failed", because: notHeld(broken) };
    }
    // The last look is one that began after the time was up, and that could be made.
    if (left <= 0 && blind.size === 0) break;
    await clock.sleep(Math.max(left <= 0 ? BETWEEN_MS.least : 0, Math.min(between, left)), signal);
  }
  await journal.record({ event: "rollout.soak.passed", wave: number });
  return undefined;
}

interface Broken {
  readonly stack: string;
  readonly detail: string;
}

/** Why a rollout failed whose wave did not hold. */
export const notHeld = ({ stack, detail }: Broken): string => `${stack} did not hold after its repave: ${detail}`;

/** The first stack, in the order of the wave, that does not hold. */
async function lookAtAll(
  { stacks, holds }: Wave,
  blind: Map<string, number>,
  ctx: Conducting,
): Promise<Broken | undefined> {
  if (holds.length === 0) return undefined;
  const left = [...stacks];
  const broken: Broken[] = [];
  const worker = async (): Promise<void> => {
    for (let stack = left.shift(); stack !== undefined && !ctx.signal.aborted; stack = left.shift()) {
      const detail = await lookAt(stack, holds, blind, ctx);
      if (detail !== undefined) broken.push({ stack, detail });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return broken.sort((a, b) => stacks.indexOf(a.stack) - stacks.indexOf(b.stack))[0];
}

async function lookAt(
  stack: string,
  holds: readonly Condition[],
  blind: Map<string, number>,
  { commands, signal, reporter }: Conducting,
): Promise<string | undefined> {
  try {
    const seen = await commands.look(stack, signal);
    blind.delete(stack);
    return brokenConditions(seen, holds);
  } catch (thrown) {
    if (signal.aborted) return undefined;
    const times = (blind.get(stack) ?? 0) + 1;
    blind.set(stack, times);
    const { message } = asRepaveError(thrown);
    if (times >= MOST_BLIND) return `it cannot be observed: ${message}`;
    reporter.emit({
      event: "rollout.note",
      text: `${stack} could not be observed (${times} of ${MOST_BLIND}): ${message}`,
    });
    return undefined;
  }
}
